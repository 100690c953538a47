using System.Collections.Immutable;
using System.Globalization;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Operations.Schedule.Running;
using AvGateway.Scenes.Hearings.Docket;
using static AvGateway.Operations.Tests.Schedule.ScheduleBench;

namespace AvGateway.Operations.Tests.Schedule;

/// <summary>
/// Random courts: schedules, hearings at any hour, dockets that fail, restarts and long absences, over the holidays of 2026. No decision is missed, none is made twice,
/// and whatever is unknown or broken leaves a room on.
/// </summary>
public sealed class SchedulePropertyTests
{
    private const string CasesVariable = "AVGW_SCHEDULE_CASES";
    private const int UsualCases = 2_000;

    private static readonly string[] Rooms = ["court-1", "court-2"];
    private static readonly DateOnly[] Begins = [new(2026, 1, 1), new(2026, 2, 12), new(2026, 2, 21), new(2026, 4, 2), new(2026, 5, 7), new(2026, 9, 18), new(2026, 9, 30), new(2026, 10, 7), new(2026, 12, 30), new(2026, 6, 16)];
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    // One for each job that may wait for the one before it.
    private const int MostLooks = 5;

    [Fact]
    public async Task Decisions_are_made_once_and_errors_leave_rooms_on()
    {
        var cases = Environment.GetEnvironmentVariable(CasesVariable) is { } told ? int.Parse(told, CultureInfo.InvariantCulture) : UsualCases;
        await Parallel.ForAsync(0, cases, TestContext.Current.CancellationToken, async (seed, _) =>
        {
            await using var one = new Case(seed);
            await one.RunAsync();
        });
    }

    private sealed class Case : IAsyncDisposable
    {
        private readonly int _seed;
        private readonly Random _random;
        private readonly JobPlan[] _jobs;
        private readonly DateTimeOffset _begin;
        private readonly DateTimeOffset _end;
        private readonly Dictionary<string, ImmutableArray<DocketEntry>> _hearings = [];
        private readonly List<(DateTimeOffset From, DateTimeOffset To)> _outages = [];
        private readonly Dictionary<string, bool> _isOn = Rooms.ToDictionary(r => r, _ => true);
        private readonly HashSet<(string Key, string Room)> _doneOff = [];
        private readonly HashSet<string> _ended = [];
        private readonly ScheduleBench _bench;
        private bool _hasActed;

        public Case(int seed)
        {
            _seed = seed;
            _random = new(seed);
            var date = Begins[_random.Next(Begins.Length)].AddDays(_random.Next(-1, 2));
            _begin = Zone.At(date, new(_random.Next(24), _random.Next(60)))!.Value;
            _end = _begin.AddHours(_random.Next(30, 110));
            _jobs = [.. Jobs()];
            foreach (var room in Rooms) _hearings[room] = Hearings(room);
            for (var i = _random.Next(3); i > 0; i--) _outages.Add(Span(1, 30));
            _bench = new(Zone.Local(_begin).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), _jobs);
            _bench.On.Answer = SwitchOn;
            _bench.Off.Answer = SwitchOff;
        }

        public async Task RunAsync()
        {
            var bench = _bench;
            ShowDocket();
            await bench.StartAsync();
            var up = _begin;
            foreach (var moment in Moments())
            {
                if (moment <= bench.Clock.Wall) continue;
                if (_random.Next(25) == 0)
                {
                    // Down until this moment, as long as it takes.
                    await bench.Loop.DisposeAsync();
                    bench.Clock.Pass(moment - bench.Clock.Wall);
                    ShowDocket();
                    await bench.AwayUntilAsync(moment);
                    up = moment;
                }
                else
                {
                    bench.Clock.Pass(moment - bench.Clock.Wall);
                    ShowDocket();
                    await bench.LookAsync();
                }

                // What was waiting for a room that just got free is decided with the next look, and so on.
                _hasActed = true;
                for (var looks = 0; looks < MostLooks && (looks == 0 || _hasActed); looks++)
                {
                    _hasActed = false;
                    bench.Clock.Pass(TimeSpan.FromSeconds(20));
                    ShowDocket();
                    await bench.LookAsync();
                }

                if (bench.Clock.Wall - up > Settled) Check(bench.Clock.Wall);
            }

            CheckRows();
        }

        public ValueTask DisposeAsync() => _bench.DisposeAsync();

        private IEnumerable<JobPlan> Jobs()
        {
            var off = new ScheduleRule.EveningBefore(_random.Next(1, 5), new(_random.Next(16, 24), _random.Next(60)));
            yield return HolidayOff with { Rule = off };
            yield return HolidayOn with { Rule = new ScheduleRule.MorningAfter(off.LeastDays, new(_random.Next(4, 9), _random.Next(60))) };
            yield return HearingOn with { Rule = new ScheduleRule.BeforeFirstHearing(TimeSpan.FromMinutes(_random.Next(15, 61)), new(_random.Next(5, 9), _random.Next(60))) };
            if (_random.Next(2) == 0) yield return NightlyOff with { Rule = CronRule($"{_random.Next(60)} {_random.Next(17, 24)} * * *", (DayFilter)_random.Next(3)) };
            if (_random.Next(3) == 0) yield return NightlyOff with { Id = "midday-off", Rule = CronRule($"{_random.Next(60)} {_random.Next(10, 15)} * * *", DayFilter.Off), Rooms = ["court-1"] };
        }

        private ImmutableArray<DocketEntry> Hearings(string room)
        {
            var hearings = new List<DocketEntry>();
            for (var i = _random.Next(7); i > 0; i--)
            {
                var (from, to) = Span(1, 5);
                if (hearings.All(h => to <= h.Start || from >= h.End)) hearings.Add(new(room, $"h{i}", from, to, false));
            }

            return [.. hearings.OrderBy(h => h.Start)];
        }

        private (DateTimeOffset From, DateTimeOffset To) Span(int leastHours, int mostHours)
        {
            var from = _begin.AddMinutes(_random.Next(90, (int)(_end - _begin).TotalMinutes));
            return (from, from.AddHours(_random.Next(leastHours, mostHours)));
        }

        // Every moment at which something could become due, and others.
        private IEnumerable<DateTimeOffset> Moments()
        {
            var moments = new SortedSet<DateTimeOffset>();
            var planner = new SchedulePlanner(Zone, BuiltInCalendar.Calendar, r => new(DocketState.Known, _hearings[r]));
            for (var date = Zone.DateOf(_begin).AddDays(-1); date <= Zone.DateOf(_end); date = date.AddDays(1))
            {
                foreach (var job in _jobs)
                {
                    foreach (var one in planner.On(job, date, PastActs.None)) moments.Add(one.Due);
                    if (job.Rule is ScheduleRule.BeforeFirstHearing rule) moments.Add(Zone.At(date, rule.Otherwise)!.Value);
                }
            }

            foreach (var hearing in _hearings.Values.SelectMany(h => h)) moments.UnionWith([hearing.Start.AddMinutes(-60), hearing.Start.AddMinutes(-15), hearing.Start, hearing.End.AddMinutes(16)]);
            foreach (var (from, to) in _outages) moments.UnionWith([from, to]);
            for (var i = 0; i < 8; i++) moments.Add(Span(1, 2).From);
            return moments.Where(m => m > _begin && m <= _end);
        }

        private bool IsSilent(DateTimeOffset now) => _outages.Any(o => o.From <= now && now < o.To);

        private void ShowDocket()
        {
            foreach (var room in Rooms) _bench.Docket[room] = new(IsSilent(_bench.Clock.Wall) ? DocketState.Silent : DocketState.Known, _hearings[room]);
        }

        private ActOutcome SwitchOn(ActOrder order)
        {
            _hasActed = true;
            foreach (var room in order.Rooms) _isOn[room] = true;
            return ActOutcome.Done;
        }

        // As an act guards itself: a room near a hearing, or with an unknown docket, is left as it is and comes again.
        private ActOutcome SwitchOff(ActOrder order)
        {
            _hasActed = true;
            var now = _bench.Clock.Wall;
            var isWhole = true;
            foreach (var room in order.Rooms)
            {
                var isGuarded = IsSilent(now) || _hearings[room].Any(h => h.Start.AddMinutes(-60) <= now && now < h.End.AddMinutes(15));
                if (isGuarded) isWhole = false;
                else if (_doneOff.Add((order.Key, room))) _isOn[room] = false;
            }

            if (isWhole) Expect(_ended.Add(order.Key), $"{order.Key} was done twice");
            return isWhole ? ActOutcome.Done : new(ActResult.Deferred, new("庭审", "guarded"));
        }

        private void Check(DateTimeOffset now)
        {
            foreach (var room in Rooms)
            {
                if (_hearings[room].FirstOrDefault(h => h.Start <= now && now < h.End) is { } hearing) Expect(_isOn[room], $"{room} is dark at {now:u}, in the hearing of {hearing.Start:u}");
                var otherwise = _jobs.Select(j => j.Rule).OfType<ScheduleRule.BeforeFirstHearing>().Single().Otherwise;
                if (IsSilent(now) && TimeOnly.FromDateTime(Zone.Local(now)) >= otherwise.AddMinutes(1)) Expect(_isOn[room], $"{room} is dark at {now:u}, with a silent docket");
            }
        }

        private void CheckRows()
        {
            var rows = _bench.Rows.ToList();
            var planner = new SchedulePlanner(Zone, BuiltInCalendar.Calendar, r => new(DocketState.Known, _hearings[r]));
            var end = _bench.Clock.Wall.AddMinutes(-1);
            for (var date = Zone.DateOf(_begin); date <= Zone.DateOf(end); date = date.AddDays(1))
            {
                // Rules that hang on the calendar alone are known beforehand.
                foreach (var one in _jobs.Where(j => j.Rule is not ScheduleRule.BeforeFirstHearing).SelectMany(j => planner.On(j, date, PastActs.None)))
                {
                    if (one.Due < _begin || one.Due > end) continue;
                    Expect(rows.Count(r => r.Key == one.Key) == 1, $"{one.Key} was not decided");
                }
            }

            // It may have been seen in time and waited for a room until the next look.
            Expect(rows.All(r => r.StartedAt is null || r.Direction is not ActDirection.Off || r.StartedAt - r.Due <= JobPlan.OnTime + Settled), "something was switched off late by itself");
            Expect(rows.All(r => r.State is not (DecisionState.Started or DecisionState.Reopened)), "a decision has no end");
        }

        private void Expect(bool holds, string otherwise)
        {
            if (holds) return;
            var story = string.Join('\n', _bench.Rows.Select(r => $"{r.Key} due {r.Due:u} {r.State} at {r.At:u} from {r.StartedAt:u} to {r.EndedAt:u}: {r.Reason.En}; {r.Says.En}"));
            Assert.Fail($"case {_seed}: {otherwise}\n{story}\noutages {string.Join(", ", _outages)}\nhearings {string.Join(", ", _hearings.Values.SelectMany(h => h).Select(h => $"{h.Room} {h.Start:u}-{h.End:u}"))}");
        }
    }
}
