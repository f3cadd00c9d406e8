"""Addresses of insurance."""

from django.urls import path

from insurance.ui import claims, money, papers, second_storey, views

app_name = "insurance"
urlpatterns = [
    path("entitlement/<int:tenant_id>/", views.entitlement, name="entitlement"),
    path("entitlement/<int:tenant_id>/<int:number>/", views.entitlement, name="entitlement"),
    path("entitlement/jobs/<int:job_id>/", views.job_entitlement, name="job_entitlement"),
    path("claims/", claims.claim_list, name="claims"),
    path("claims/filters/", claims.filters, name="filters"),
    path("claims/new/<int:tenant_id>/<int:job_id>/", claims.claim_new, name="claim_new"),
    path("claims/<int:claim_id>/", claims.claim, name="claim"),
    path("claims/<int:claim_id>/evidence.pdf", papers.claim_pdf, name="claim_pdf"),
    path("claims/<int:claim_id>/evidence.xlsx", papers.claim_list_file, {"form": "xlsx"}, name="claim_xlsx"),
    path("claims/<int:claim_id>/evidence.csv", papers.claim_list_file, {"form": "csv"}, name="claim_csv"),
    path("claims/<int:claim_id>/evidence.txt", papers.claim_chain, name="claim_chain"),
    path("claims/<int:claim_id>/files/<str:sha256>/", papers.claim_file, name="claim_file"),
    path("payments/", money.payments, name="payments"),
    path("statistics/", money.statistics, name="statistics"),
    path("account/", money.account, name="account"),
    path("second-storey/", second_storey.second_storey, name="second_storey"),
]
