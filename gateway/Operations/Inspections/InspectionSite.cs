using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Inspections;

/// <summary>A row that a person fills in.</summary>
/// <param name="IsPerRoom">One in each room; else one for the site.</param>
public sealed record ManualItem(string Id, Wording Name, bool IsPerRoom);

/// <summary>What an inspection looks at.</summary>
/// <param name="Checks">Words of <see cref="CheckWords"/>.</param>
public sealed record InspectionProfile(string Id, Wording Name, ImmutableArray<string> Checks, ImmutableArray<ManualItem> Manual);

/// <summary>The function checks.</summary>
public static class CheckWords
{
    public const string Route = "route";
    public const string Recording = "recording";
    public const string Call = "call";
    public const string Preset = "preset";

    public static ImmutableArray<string> All { get; } = [Route, Recording, Call, Preset];

    public static Wording Says(string check) => check switch
    {
        Route => new("切换信号并回读", "route and read back"),
        Recording => new("测试录制", "test recording"),
        Call => new("测试呼叫", "test call"),
        Preset => new("调用预置位", "preset recall"),
        _ => new(check, check),
    };
}

/// <summary>Work that is due by running hours.</summary>
/// <param name="Work">An id, shown as it is: <c>lamp</c>, <c>filter</c>, <c>dust</c>.</param>
/// <param name="Property">What the device tells its hours by; <see cref="OnHours"/> where the gateway counts them.</param>
/// <param name="Driver">Every device of this driver; null: those of <paramref name="Devices"/>.</param>
public sealed record HoursLimit(string Work, Wording Name, string Property, double Limit, string? Driver, ImmutableArray<DeviceId> Devices)
{
    /// <summary>For devices that count nothing: the time in which they were seen to be on.</summary>
    public const string OnHours = "on-hours";

    public bool IsFor(IDevice device) => Driver is { } driver ? device.Manifest.Name == driver : Devices.Contains(device.Id);
}

/// <summary>Where a codec's test call goes: a peer of the court that takes calls by itself.</summary>
public sealed record TestCall(DeviceId Device, string Uri);

/// <summary>A camera's test position, and the one that it has usually.</summary>
public sealed record TestPreset(DeviceId Device, int Test, int Home);

/// <summary>A device of the site file as an inspection has to know it.</summary>
/// <param name="IsOptional">It may be away without being missed.</param>
/// <param name="Poll">How often it is asked.</param>
public sealed record RegisteredDevice(DeviceId Id, Wording Name, bool IsOptional, TimeSpan Poll);

/// <summary>Everything of the site file that inspections stand on.</summary>
public sealed record InspectionSite(ImmutableArray<InspectedRoom> Rooms, ImmutableArray<RegisteredDevice> Devices)
{
    public Wording Name { get; init; } = new("", "");
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;
    public InspectionSettings Settings { get; init; } = new();
}

/// <summary>The member <c>inspection</c> of the site file; every part of it has a usual value.</summary>
public sealed record InspectionSettings
{
    /// <summary>The profile that is meant when nobody names one.</summary>
    public const string DailyProfile = "daily";

    private static readonly ManualItem Cleaning = new("cleaning", new("环境卫生", "Cleaning"), IsPerRoom: true);
    private static readonly ManualItem Doors = new("doors", new("门窗与出入口", "Doors and windows"), IsPerRoom: true);
    private static readonly ManualItem Dust = new("dust", new("设备除尘", "Dust removed from the equipment"), IsPerRoom: true);

    /// <summary>A weekly check of functions, people's rows once a month.</summary>
    public static ImmutableArray<InspectionProfile> Usual { get; } =
    [
        new(DailyProfile, new("日常巡检", "Daily inspection"), [], []),
        new("weekly", new("周巡检", "Weekly inspection"), CheckWords.All, []),
        new("monthly", new("月度巡检", "Monthly inspection"), CheckWords.All, [Cleaning, Doors]),
        new("quarterly", new("季度巡检", "Quarterly inspection"), CheckWords.All, [Cleaning, Doors, Dust]),
    ];

    public ImmutableArray<InspectionProfile> Profiles { get; init; } = Usual;
    public ImmutableArray<HoursLimit> Hours { get; init; } = [];
    public ImmutableArray<TestCall> Calls { get; init; } = [];
    public ImmutableArray<TestPreset> Presets { get; init; } = [];
    public TimeSpan RecordingLength { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A test recording that stays below is silent, dBFS.</summary>
    public double Floor { get; init; } = -70;

    public InspectionProfile? Find(string profile) => Profiles.FirstOrDefault(p => p.Id == profile);
}
