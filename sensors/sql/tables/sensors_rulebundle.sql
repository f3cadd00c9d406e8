REVOKE ALL ON sensors_rulebundle FROM otasuke_app;
GRANT SELECT, INSERT ON sensors_rulebundle TO otasuke_app;
