using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;

namespace AvGateway.Scenes.Tests.Fakes;

/// <summary>Manifests of the devices of the fake room, written as a driver would.</summary>
internal static class FakeManifests
{
    public static readonly DriverManifest Matrix = New("fake-matrix", DeviceClass.Matrix, [MatrixWords.Route(1, canDisconnect: true)],
        [MatrixWords.Outputs(1)]);

    public static readonly DriverManifest Dsp = New(
        "fake-dsp", DeviceClass.Audio,
        [
            new("mute", "Mute", "静音", "mute/{channel}") { Disturbing = true,
                Arguments = [new("channel", ValueKind.Integer, "Channel", "通道")] },
            new("unmute", "Unmute", "取消静音", "mute/{channel}") { Disturbing = true,
                Arguments = [new("channel", ValueKind.Integer, "Channel", "通道")] },
            new("preset-recall", "Recall a preset", "调用预设") { Disturbing = true },
        ],
        [new("muted-{channel}", ValueKind.Flag, "Muted", "静音")]);

    public static readonly DriverManifest Mask = New(
        "fake-mask", DeviceClass.Camera,
        [new("set/masked", "Mask", "遮蔽") { Disturbing = true, Arguments = [new("v", ValueKind.Flag, "On", "开")] }],
        [new("masked", ValueKind.Flag, "Masked", "遮蔽") { Set = new("set/masked", "v") }]);

    public static readonly DriverManifest Recorder = New(
        "fake-recorder", DeviceClass.Recorder,
        [RecorderWords.Record, RecorderWords.Pause, RecorderWords.Resume, RecorderWords.Stop, PowerWords.Off, RecorderWords.Mark],
        [RecorderWords.Recording, RecorderWords.Recorded, RecorderWords.StorageLeft, new("level", ValueKind.Number, "Level", "电平"),
            new("clock-offset", ValueKind.Number, "Offset", "偏差")]);

    public static readonly DriverManifest Encoder = New("fake-encoder", DeviceClass.Recorder, [RecorderWords.Record, RecorderWords.Stop],
        [RecorderWords.Recording]);

    public static readonly DriverManifest Codec = New(
        "fake-codec", DeviceClass.Codec, [CodecWords.Dial, CodecWords.HangUp, CodecWords.Answer, CodecWords.Mute, CodecWords.Unmute],
            [CodecWords.Call, CodecWords.Muted]);

    public static readonly DriverManifest Display = New("fake-display", DeviceClass.Display, [PowerWords.On, PowerWords.Off],
        [PowerWords.Power]);

    private static DriverManifest<string> New(string name, DeviceClass deviceClass, IReadOnlyList<VerbSpec> verbs,
        IReadOnlyList<PropertySpec> properties) =>
        new(name, deviceClass, "fake")
        {
            Links = [],
            Verbs = verbs,
            Properties = properties,
            Reply = new(TimeSpan.FromSeconds(1), TimeSpan.Zero, Resync.Reconnect),
            Diagram = () => "",
            Create = _ => throw new NotSupportedException("a fake has no driver"),
        };
}
