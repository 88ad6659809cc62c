import pytest, time
from tests.factories.crm import *
from apps.crm.services.imports import import_leads
from apps.crm.models import *
@pytest.mark.django_db
def test_x(cast):
    import cProfile,pstats
    a=uploaded(cast.colleague, open("/tmp/crm_50k.csv","rb").read(), "x.csv")
    t=time.time(); c=time.process_time()
    pr=cProfile.Profile()
    pr.enable()
    o=import_leads(artifact=a,user=cast.colleague); pr.disable()
    print(o.created,o.duplicates,o.first_duplicates[:1], time.time()-t, time.process_time()-c)
    pstats.Stats(pr).sort_stats("tottime").print_stats(45)
