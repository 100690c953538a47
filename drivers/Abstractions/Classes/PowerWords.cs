using AvGateway.Devices;

namespace AvGateway.Classes;

/// <summary>Power verbs of any class that has them.</summary>
public static class PowerWords
{
    public const string OnVerb = "power-on";
    public const string OffVerb = "power-off";
    public const string RestartVerb = "restart";
    public const string PowerState = "power";

    private const string PowerSlot = "power";

    public static readonly VerbSpec On = new(OnVerb, "Switch on", "开机", PowerSlot) { Disturbing = true };
    public static readonly VerbSpec Off = new(OffVerb, "Switch off", "关机", PowerSlot) { Disturbing = true };
    public static readonly VerbSpec Restart = new(RestartVerb, "Restart", "重启", PowerSlot) { Disturbing = true, Idempotent = false };

    public static readonly PropertySpec Power = new(PowerState, ValueKind.Text, "Power", "电源")
    {
        OneOf = [PowerStates.Off, PowerStates.Warming, PowerStates.On, PowerStates.Cooling, PowerStates.Unknown],
        Words = PowerStates.Words,
    };
}

/// <summary>The words of <see cref="PowerWords.PowerState"/>.</summary>
public static class PowerStates
{
    public const string Off = "off";
    public const string Warming = "warming";
    public const string On = "on";
    public const string Cooling = "cooling";
    public const string Unknown = "unknown";

    public static IReadOnlyList<WordSpec> Words { get; } =
        [new(Off, "off", "关机"), new(Warming, "warming up", "预热中"), new(On, "on", "开机"), new(Cooling, "cooling down", "冷却中"), new(Unknown, "unknown", "未知")];
}
