using System.Globalization;
using AvGateway.Devices;

namespace AvGateway.Classes;

/// <summary>Verbs and properties of an audio processor or a microphone controller. Channels carry the numbers of the site file.</summary>
public static class AudioWords
{
    public const string MuteVerb = "mute";
    public const string UnmuteVerb = "unmute";
    public const string LevelVerb = "level";
    public const string ChannelArgument = "channel";
    public const string DecibelArgument = "db";
    public const string ChannelExtent = "channel";

    /// <summary>Event: a channel was muted or opened and nobody asked for it here; details <c>channel</c>, <c>muted</c>.</summary>
    public const string MuteUnasked = "mute-unasked";
    public const string MutedDetail = "muted";

    private const double Lowest = -120, Highest = 30;

    public static readonly VerbSpec Mute = Of(MuteVerb, "Mute a channel", "通道静音", $"mute/{{{ChannelArgument}}}");
    public static readonly VerbSpec Unmute = Of(UnmuteVerb, "Open a channel", "取消通道静音", $"mute/{{{ChannelArgument}}}");

    public static readonly VerbSpec Level = Of(LevelVerb, "Set the level of a channel", "设置通道电平", $"level/{{{ChannelArgument}}}",
        new ArgumentSpec(DecibelArgument, ValueKind.Number, "Level", "电平") { Min = Lowest, Max = Highest, Unit = "dB" });

    public static readonly PropertySpec MutedChannels = new($"muted-{{{ChannelExtent}}}", ValueKind.Flag, "Channel muted", "通道已静音");

    public static readonly PropertySpec Levels = new($"level-{{{ChannelExtent}}}", ValueKind.Number, "Level of a channel", "通道电平")
    {
        Unit = "dB",
        Set = new(LevelVerb, DecibelArgument, ChannelArgument),
    };

    /// <summary>Raised when the device acknowledged a mute or a level and did not show it; cleared when it is seen to follow.</summary>
    public static readonly FaultSpec NotFollowing = new("audio.not-following", "The audio processor acknowledged and did not follow", "音频处理器已应答但未执行");

    /// <summary>Raised while the site file names a channel that the device does not have.</summary>
    public static readonly FaultSpec NoChannel =
        new("audio.no-channel", "A channel of the site file is not on the audio processor", "站点文件中的通道在音频处理器上不存在");

    /// <summary>Raised when the device refuses the log-in.</summary>
    public static readonly FaultSpec AccessDenied = new("audio.access-denied", "The audio processor refuses the log-in", "音频处理器拒绝登录");

    /// <summary>Raised while the device reports a failure of its own.</summary>
    public static readonly FaultSpec DeviceFailure = new("audio.device-failure", "The audio processor reports a failure", "音频处理器报告自身故障");

    public static string Muted(int channel) => string.Create(CultureInfo.InvariantCulture, $"muted-{channel}");

    public static string LevelOf(int channel) => string.Create(CultureInfo.InvariantCulture, $"level-{channel}");

    private static VerbSpec Of(string name, string en, string zh, string slot, params ArgumentSpec[] more) => new(name, en, zh, slot)
    {
        Disturbing = true,
        Arguments = [new(ChannelArgument, ValueKind.Integer, "Channel", "通道", ChannelExtent), .. more],
    };
}
