REVOKE ALL ON sensors_orderfile FROM otasuke_app;
GRANT SELECT, INSERT ON sensors_orderfile TO otasuke_app;
