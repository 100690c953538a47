using AvGateway.Devices;

namespace AvGateway.Classes;

/// <summary>Verbs and properties of a display or projector. Its power is that of <see cref="PowerWords"/>.</summary>
public static class DisplayWords
{
    public const string InputVerb = "input";
    public const string NameArgument = "name";

    public const string SelectedInput = "input";
    public const string LampTime = "lamp-hours";
    public const string FilterTime = "filter-hours";

    public const string BlankVerb = "blank";
    public const string PictureBlanked = "blanked";
    public const string MuteSoundVerb = "mute-sound";
    public const string SoundMuted = "sound-muted";

    /// <summary>Event: the display went on or off without a wish of ours; details <c>power</c>.</summary>
    public const string PowerUnasked = "power-unasked";

    /// <param name="names">Inputs by the names that the site uses; null when only the device knows them.</param>
    public static VerbSpec Input(IReadOnlyList<string>? names = null) => new(InputVerb, "Show an input", "选择输入", InputVerb)
    {
        Disturbing = true,
        Arguments = [new(NameArgument, ValueKind.Text, "Input", "输入") { OneOf = names, MaxLength = 32 }],
    };

    public static readonly PropertySpec ShownInput = new(SelectedInput, ValueKind.Text, "Input shown", "当前输入") { Set = new(InputVerb, NameArgument) };
    public static readonly PropertySpec LampHours = new(LampTime, ValueKind.Integer, "Lamp hours", "灯泡时数") { Unit = "h", Min = 0 };
    public static readonly PropertySpec FilterHours = new(FilterTime, ValueKind.Integer, "Filter hours", "滤网时数") { Unit = "h", Min = 0 };

    public static readonly VerbSpec Blank = new(BlankVerb, "Blank the picture, or show it again", "遮屏或恢复画面", BlankVerb)
    {
        Disturbing = true,
        Arguments = [new(PictureBlanked, ValueKind.Flag, "Blanked", "遮屏")],
    };

    public static readonly VerbSpec MuteSound = new(MuteSoundVerb, "Mute the display's own loudspeakers, or open them", "显示设备静音或恢复声音", MuteSoundVerb)
    {
        Disturbing = true,
        Arguments = [new(SoundMuted, ValueKind.Flag, "Muted", "静音")],
    };

    public static readonly PropertySpec Blanked = new(PictureBlanked, ValueKind.Flag, "Picture blanked", "画面已遮蔽") { Set = new(BlankVerb, PictureBlanked) };
    public static readonly PropertySpec Muted = new(SoundMuted, ValueKind.Flag, "Sound muted", "声音已静音") { Set = new(MuteSoundVerb, SoundMuted) };

    /// <summary>Raised when the display acknowledged a power wish and its power did not follow; cleared when it is seen to follow one.</summary>
    public static readonly FaultSpec NotFollowing = new("display.not-following", "The display acknowledged but its power did not follow", "显示设备已应答但电源状态未改变");

    /// <summary>Raised when a warm-up ends without a picture or takes too long; cleared when the display is on.</summary>
    public static readonly FaultSpec DidNotComeOn = new("display.did-not-come-on", "The display warmed up and did not come on", "显示设备预热后未能开启");

    /// <summary>Raised when the display refuses the log-in.</summary>
    public static readonly FaultSpec AccessDenied = new("display.access-denied", "The display refuses the log-in", "显示设备拒绝登录");

    /// <summary>Raised when the display reports a failure of its own that has no name.</summary>
    public static readonly FaultSpec DeviceFailure = new("display.device-failure", "The display reports a failure", "显示设备报告自身故障");
}
