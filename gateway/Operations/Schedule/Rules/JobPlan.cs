using System.Collections.Immutable;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Schedule.Rules;

/// <summary>What a job wishes of its rooms, as far as jobs concern each other.</summary>
public enum ActDirection { Neither, On, Off }

/// <summary>What becomes of a job that could not run at its time.</summary>
public enum MisfirePolicy
{
    /// <summary>It runs as soon as it can.</summary>
    CatchUp,

    /// <summary>A person decides.</summary>
    Ask,
    Skip,
}

/// <summary>The acts that a schedule can name.</summary>
public static class Acts
{
    public const string PowerOn = "power-on";
    public const string PowerOff = "power-off";
    public const string Inspect = "inspect";

    /// <summary>The report of the month before.</summary>
    public const string Report = "report";

    public static IReadOnlyList<string> All { get; } = [PowerOn, PowerOff, Inspect, Report];

    public static ActDirection DirectionOf(string act) => act switch
    {
        PowerOn => ActDirection.On,
        PowerOff => ActDirection.Off,
        _ => ActDirection.Neither,
    };

    public static Wording Says(string act) => act switch
    {
        PowerOn => new("开机", "power on"),
        PowerOff => new("关机", "power off"),
        Inspect => new("巡检", "inspection"),
        Report => new("月报", "monthly report"),
        _ => new(act, act),
    };
}

/// <summary>A job of the site file.</summary>
/// <param name="Rooms">In the order of the site.</param>
public sealed record JobPlan(string Id, Wording Name, string Act, ScheduleRule Rule, ImmutableArray<string> Rooms)
{
    /// <summary>Later than this is missed. The loop looks every 30 s, and a restart takes a moment.</summary>
    public static readonly TimeSpan OnTime = TimeSpan.FromMinutes(2);

    public ActDirection Direction => Acts.DirectionOf(Act);

    /// <summary>On is caught up, off is asked: a missed off costs energy, a missed on a hearing.</summary>
    public MisfirePolicy Misfire { get; init; } = Acts.DirectionOf(Act) is ActDirection.Off ? MisfirePolicy.Ask : MisfirePolicy.CatchUp;

    /// <summary>Within this a late job runs whatever its policy.</summary>
    public TimeSpan Within { get; init; } = OnTime;

    /// <summary>How long a job that is put off is tried again before a person is asked.</summary>
    public TimeSpan DeferFor { get; init; } = TimeSpan.FromHours(12);

    public bool IsEnabled { get; init; } = true;

    /// <summary>Of an inspection; null: the daily one.</summary>
    public string? Profile { get; init; }
}

/// <summary>One time at which a job is due.</summary>
/// <param name="Date">The local date that it counts for.</param>
/// <param name="Part">Empty for the whole job; else what of it: a room, or a room after it was switched off on that date.</param>
public sealed record Occurrence(JobPlan Job, DateOnly Date, string Part, DateTimeOffset Due, ImmutableArray<string> Rooms, Wording Reason)
{
    /// <summary>When it is of no use any more, for what serves a hearing; null: it always is.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>One decision is kept for each.</summary>
    public string Key => KeyOf(Job.Id, Date, Part);

    public static string KeyOf(string job, DateOnly date, string part) =>
        part.Length == 0 ? $"{job}/{date:yyyy-MM-dd}" : $"{job}/{date:yyyy-MM-dd}/{part}";
}
