using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Scenes.Planning;
using AvGateway.Scenes.Tests.Fakes;

namespace AvGateway.Scenes.Tests.Planning;

/// <summary>From a wish to its verb and from a verb to what it does: the guard judges by the second what the first was made for.</summary>
public sealed class PointVerbsTests
{
    private static readonly DeviceId Device = new(FakeRoom.Id, "device");

    public static TheoryData<string, string, Value, Value, string> Wishes => new()
    {
        { "matrix", "output-3", 5, 0, "route input=5 output=3" },
        { "dsp", "muted-2", true, default, "mute channel=2" }, { "dsp", "muted-2", false, default, "unmute channel=2" },
        { "mask", "masked", true, default, "set/masked v=true" },
        { "codec", "muted", true, default, "mute" }, { "codec", "muted", false, default, "unmute" },
        { "codec", "call", "idle", "connected", "hang-up" },
        { "recorder", "recording", "recording", "stopped", "record" }, { "recorder", "recording", "recording", "paused", "resume" },
        { "recorder", "recording", "paused", "recording", "pause" }, { "recorder", "recording", "stopped", "recording", "stop" },
        { "display", "power", "on", "off", "power-on" }, { "display", "power", "off", "on", "power-off" },
    };

    [Theory]
    [MemberData(nameof(Wishes))]
    public void A_wish_has_the_verb_that_is_judged_as_having_its_effect(string device, string property, Value value, Value seen, string words)
    {
        var manifest = Manifest(device);
        var command = PointVerbs.For(manifest, property, value, seen)!;

        Assert.Equal(words, $"{command.Verb.Name} {command.Args}".TrimEnd());
        Assert.Equal(new FrameEffect(new(Device, property), value), PointVerbs.Of(manifest, Device, command.Verb.Name, command.Args));
    }

    [Theory]
    [InlineData("codec", "call", "connected")]
    [InlineData("display", "power", "warming")]
    [InlineData("recorder", "recording", "starting")]
    [InlineData("recorder", "recorded", "on")]
    [InlineData("display", "recording", "recording")]
    [InlineData("recorder", "muted-1", "on")]
    [InlineData("recorder", "muted", "on")]
    public void A_wish_that_no_verb_of_the_device_fulfils_has_none(string device, string property, string value)
    {
        Assert.Null(PointVerbs.For(Manifest(device), property, value, default));
    }

    [Theory]
    [InlineData(ValueKind.Integer, ValueKind.Text, "2", ValueKind.Integer)]
    [InlineData(ValueKind.Integer, ValueKind.Text, "judge", ValueKind.Text)]
    [InlineData(ValueKind.Text, ValueKind.Integer, "2", ValueKind.Text)]
    [InlineData(ValueKind.Text, ValueKind.Integer, "judge", ValueKind.Text)]
    public void A_mixer_that_numbers_its_channels_is_given_a_number_and_one_that_names_them_a_name(ValueKind channel, ValueKind zone, string name, ValueKind given)
    {
        VerbSpec mute = new("mute", "Mute", "静音") { Arguments = [new("channel", channel, "Channel", "通道"), new("zone", zone, "Zone", "区域") { Optional = true }] };
        var manifest = FakeManifests.Dsp with { Verbs = [mute] };

        var args = PointVerbs.For(manifest, $"muted-{name}", true, default)!.Args;

        Assert.Equal((given, name), (args["channel"].Kind, args["channel"].ToString()));
    }

    [Theory]
    [InlineData("matrix", "route", "input=5")]
    [InlineData("matrix", "route", "output=3")]
    [InlineData("mask", "set/masked", "on=1")]
    [InlineData("dsp", "preset-recall", "n=1")]
    [InlineData("codec", "dial", "uri=1")]
    [InlineData("recorder", "mark", "n=1")]
    public void A_command_that_does_not_say_which_point_it_changes_to_what_has_no_known_effect(string device, string verb, string arguments)
    {
        var args = Arguments.Of(arguments.Split(' ').Select(a => (a.Split('=')[0], (Value)int.Parse(a.Split('=')[1], System.Globalization.CultureInfo.InvariantCulture))).ToArray());

        Assert.Null(PointVerbs.Of(Manifest(device), Device, verb, args));
    }

    [Fact]
    public void Of_two_properties_that_one_verb_sets_the_effect_is_on_the_one_whose_arguments_are_given()
    {
        VerbSpec set = new("set/input", "Input", "输入");
        PropertySpec window = new("window-{window}", ValueKind.Integer, "Window", "窗口") { Set = new("set/input", "v", "window") };
        PropertySpec whole = new("input", ValueKind.Integer, "Input", "输入") { Set = new("set/input", "v") };
        var manifest = FakeManifests.Display with { Verbs = [set], Properties = [window, whole] };

        Assert.Equal("window-2", PointVerbs.Of(manifest, Device, "set/input", Arguments.Of(("v", 7), ("window", 2)))?.Point.Property);
        Assert.Equal("input", PointVerbs.Of(manifest, Device, "set/input", Arguments.Of(("v", 7)))?.Point.Property);
    }

    private static DriverManifest Manifest(string device) => device switch
    {
        "matrix" => FakeManifests.Matrix,
        "dsp" => FakeManifests.Dsp,
        "mask" => FakeManifests.Mask,
        "codec" => FakeManifests.Codec,
        "recorder" => FakeManifests.Recorder,
        _ => FakeManifests.Display,
    };
}
