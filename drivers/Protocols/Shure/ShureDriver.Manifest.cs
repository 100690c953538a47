using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Graph;

namespace AvGateway.Drivers.Protocols.Shure;

public sealed partial class ShureDriver
{
    private const string ChannelsOption = "channels", AutomixerOption = "automixer";
    private const int MostChannels = 64;

    public static readonly DriverManifest<ShureReply> Manifest =
        new("shure", DeviceClass.Audio, "Shure processors, array microphones and receivers with command strings (P300, MXA, ULX-D, QLX-D, SLX-D)")
        {
            Links = [LinkKind.Tcp(2202)],
            Verbs = [AudioWords.Mute, AudioWords.Unmute, AudioWords.Level],
            Properties = [AudioWords.MutedChannels, AudioWords.Levels, CommonWords.Model, CommonWords.Serial, CommonWords.Firmware],
            Options =
            [
                new(ChannelsOption, ValueKind.Text, "1-8", "Channels that are used, for example 1-8,21", "使用的通道，例如 1-8,21"),
                new(AutomixerOption, ValueKind.Integer, 21, "Channel whose mute is that of the automixer; 0: none", "自动混音静音所在通道；0 表示无")
                {
                    Min = 0, Max = MostChannels,
                },
            ],
            Faults = [AudioWords.NotFollowing, AudioWords.NoChannel],
            Modes = [nameof(Mode.Identifying), nameof(Mode.Reading), nameof(Mode.Ready)],
            Reply = new(Timeout: TimeSpan.FromSeconds(2), Gap: TimeSpan.FromMilliseconds(30), Resync.Reconnect),
            SyncWithin = TimeSpan.FromSeconds(30),
            Frames = FrameRelease.Of("get set rep err sample in out audio mute automxr gain hi res model serial num fw ver device id on off toggle inc dec"),
            Grade = Grade.Room,
            Create = setup => new ShureDriver(setup),
            Diagram = () => MermaidGraph.Format(Describe()),
        };

    /// <summary>Numbers and ranges with commas between them. False when a part is none of both: a microphone that was passed over would be one that nobody watches.</summary>
    private static bool TryChannels(string text, out SortedSet<int> channels)
    {
        channels = [];
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-', 2, StringSplitOptions.TrimEntries);
            if (!TryNumber(ends[0], out var first) || !TryNumber(ends[^1], out var last) || last < first) return false;
            for (var channel = first; channel <= last; channel++) channels.Add(channel);
        }

        return true;

        static bool TryNumber(string digits, out int number) =>
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= MostChannels;
    }
}
