-- C1
select a.row as a, b.row as b from yes a join yes b using (subject, predicate)
where predicate >= 4 and a.row < b.row and a.value <> b.value and a."start" <= b."end" and b."start" <= a."end";

-- C2
select a.row as a, b.row as b from no a join yes b using (subject, predicate)
where a.value = -1 and a."start" <= b."end" and b."start" <= a."end";

-- C3
select a.row as a, b.row as b from no a join yes b using (subject)
where a.predicate = 0 and a.value = 0 and b.predicate = 0 and b.value in (1, 2)
  and a."start" <= b."end" and b."start" <= a."end";

-- C4
select a.row as a, b.row as b from yes a join yes b using (subject)
where a.predicate = 0 and a.value = 1 and b.predicate = 0 and b.value = 2
  and a."start" <= b."end" and b."start" <= a."end";

-- C5
select a.row as a, b.row as b, c.row as c
from yes a join yes b on b.subject = a.value join no c on c.subject = a.subject and c.value = b.value
where a.predicate = 1 and b.predicate = 2 and c.predicate = 2
  and greatest(a."start", b."start", c."start") <= least(a."end", b."end", c."end");

-- C6
select a.row as a, b.row as b, c.row as c
from yes a join yes b on b.subject = a.value join yes c on c.subject = b.value and c.value = a.subject
where a.predicate = 3 and b.predicate = 3 and c.predicate = 3 and a.subject < b.subject and a.subject < c.subject
  and greatest(a."start", b."start", c."start") <= least(a."end", b."end", c."end");
