using System.Collections.Concurrent;
using System.Collections.Immutable;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Operations.Schedule.Running;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Operations.Tests.Schedule;

/// <summary>A clock on the wall that can be set, over one that only goes on.</summary>
internal sealed class WallClock(DateTimeOffset wall) : TimeProvider
{
    private long _ticks;

    public DateTimeOffset Wall { get; private set; } = wall;
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    public override DateTimeOffset GetUtcNow() => Wall;
    public override long GetTimestamp() => _ticks;

    public void Pass(TimeSpan span)
    {
        Wall += span;
        _ticks += span.Ticks;
    }

    public void Set(DateTimeOffset wall) => Wall = wall;
}

/// <summary>An act that notes its orders and answers as told.</summary>
internal sealed class FakeAct(string name, WallClock clock, ConcurrentQueue<string> wishes) : IScheduledAct
{
    public string Name => name;
    public ConcurrentQueue<(ActOrder Order, DateTimeOffset At)> Orders { get; } = new();
    public Func<ActOrder, ActOutcome> Answer { get; set; } = _ => ActOutcome.Done;

    /// <summary>While set, an act does not end.</summary>
    public TaskCompletionSource? Holding { get; set; }

    public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<ActOutcome> DoAsync(ActOrder order, CancellationToken cancellation)
    {
        Orders.Enqueue((order, clock.Wall));
        wishes.Enqueue(name);
        var held = Holding;
        Begun.TrySetResult();
        if (held is { } holding) await holding.Task.WaitAsync(cancellation);
        return Answer(order);
    }
}

/// <summary>The schedules of a court with two rooms, on a clock that goes only when told.</summary>
internal sealed class ScheduleBench : IAsyncDisposable
{
    public static readonly LocalClock Zone = new(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));

    public static readonly JobPlan HolidayOff = new("holiday-off", new("节前关机", "off before holidays"), Acts.PowerOff, new ScheduleRule.EveningBefore(3, new(18, 0)), ["court-1", "court-2"]);
    public static readonly JobPlan HolidayOn = new("holiday-on", new("节后开机", "on after holidays"), Acts.PowerOn, new ScheduleRule.MorningAfter(3, new(6, 30)), ["court-1", "court-2"]);
    public static readonly JobPlan NightlyOff = new("nightly-off", new("每晚关机", "off at night"), Acts.PowerOff, CronRule("0 20 * * *", DayFilter.Any), ["court-1", "court-2"]);
    public static readonly JobPlan HearingOn = new("hearing-on", new("庭前开机", "on before hearings"), Acts.PowerOn, new ScheduleRule.BeforeFirstHearing(TimeSpan.FromMinutes(60), new(7, 30)), ["court-1", "court-2"]);

    private readonly JobPlan[] _jobs;
    private readonly ImmutableArray<YearList> _lists;

    public ScheduleBench(string local, params JobPlan[] jobs) : this(local, BuiltInCalendar.Lists, jobs)
    {
    }

    public ScheduleBench(string local, ImmutableArray<YearList> lists, params JobPlan[] jobs)
    {
        (_jobs, _lists) = (jobs, lists);
        Clock = new(At(local));
        On = new(Acts.PowerOn, Clock, Wishes);
        Off = new(Acts.PowerOff, Clock, Wishes);
        Loop = Open();
    }

    public WallClock Clock { get; }
    /// <summary>What was ordered, in its order, whatever the clock said.</summary>
    public ConcurrentQueue<string> Wishes { get; } = new();

    public FakeState State { get; } = new();
    public FakeJournal Journal { get; } = new();
    public FakeAct On { get; }
    public FakeAct Off { get; }
    public Dictionary<string, DocketView> Docket { get; } = [];
    public Dictionary<string, GuardReason> Guard { get; } = [];
    public CalendarFolder? Folder { get; set; }
    public ScheduleLoop Loop { get; private set; }

    public static ScheduleRule.Cron CronRule(string text, DayFilter days) => new(text, CronText.Read(text, out _)!, days);

    public static DateTimeOffset At(string local) => Zone.At(DateOnly.FromDateTime(DateTime.Parse(local, null)), TimeOnly.FromDateTime(DateTime.Parse(local, null)))!.Value;

    public static DocketEntry Hearing(string room, string from, double hours) => new(room, $"h-{from}", At(from), At(from).AddHours(hours), false);

    public void Sit(params DocketEntry[] hearings)
    {
        foreach (var room in hearings.GroupBy(h => h.Room)) Docket[room.Key] = new(DocketState.Known, [.. room.OrderBy(h => h.Start)]);
    }

    public IEnumerable<DecisionRow> Rows => State.All.Where(d => d.Kind == "schedule-decision").Select(d => DecisionRow.Read(d.Json)).OrderBy(r => r.Due);

    public DecisionRow Row(string job, string date, string part = "") => Rows.Single(r => r.Job == job && r.Date == DateOnly.Parse(date, null) && r.Part == part);

    public async Task StartAsync()
    {
        await Loop.RestoreAsync(CancellationToken.None);
        await LookAsync();
    }

    public async Task LookAsync()
    {
        await Loop.LookAsync(CancellationToken.None);
        await Loop.SettleAsync();
    }

    /// <summary>Lets the wall clock go on to a local time, looking as the loop would.</summary>
    public async Task GoToAsync(string local, int everyMinutes = 1) => await GoToAsync(At(local), everyMinutes);

    public async Task GoToAsync(DateTimeOffset until, int everyMinutes = 1)
    {
        while (Clock.Wall < until)
        {
            var step = TimeSpan.FromMinutes(everyMinutes);
            Clock.Pass(until - Clock.Wall < step ? until - Clock.Wall : step);
            await LookAsync();
        }
    }

    /// <summary>Away until a local time, and then another run of the gateway on the same store.</summary>
    public async Task AwayUntilAsync(string local) => await AwayUntilAsync(At(local));

    public async Task AwayUntilAsync(DateTimeOffset until)
    {
        await Loop.DisposeAsync();
        if (until > Clock.Wall) Clock.Pass(until - Clock.Wall);
        Loop = Open();
        await StartAsync();
    }

    public ValueTask DisposeAsync() => Loop.DisposeAsync();

    /// <summary>Called with each run of the gateway, before it starts.</summary>
    public Action<ScheduleLoop>? Opened { get; set; }

    private ScheduleLoop Open()
    {
        var calendar = new CalendarBook(_lists, OwnDays.None, Folder, State, Journal, Clock, NullLogger<CalendarBook>.Instance);
        var loop = new ScheduleLoop(new(
            _jobs, Zone, calendar, room => Docket.GetValueOrDefault(room, DocketView.NotUsed), room => Guard.GetValueOrDefault(room), new(On, Off), State, Journal, Clock, NullLogger<ScheduleLoop>.Instance));
        Opened?.Invoke(loop);
        return loop;
    }
}
