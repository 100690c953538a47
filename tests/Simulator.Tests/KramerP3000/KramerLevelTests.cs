using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests.KramerP3000;

/// <summary>What the switcher keeps besides its routes: mutes in either polarity, levels, automatic switching, presets.</summary>
public sealed class KramerLevelTests
{
    private const string Old = """{"profile":"old","inputs":4,"outputs":3}""";

    [Theory]
    [InlineData("status", "0", true, "0")]
    [InlineData("status", "1", false, "1")]
    [InlineData("status", "2", true, "2")]
    [InlineData("mute", "0", false, "0")]
    [InlineData("mute", "1", true, "1")]
    public void The_number_of_a_video_mute_means_what_the_model_says(string polarity, string number, bool muted, string read)
    {
        using var bench = new Bench("kramer-p3000", $$"""{"profile":"old","inputs":4,"outputs":3,"vmute":"{{polarity}}"}""");
        var client = bench.Connect();

        Assert.Equal($"~01@VMUTE 2,{number} OK\r\n~01@VMUTE 2,{read}\r\n", client.Ask($"#VMUTE 2,{number}|VMUTE? 2\r"));
        Assert.Equal(muted, bench.State("videoMute.1").GetValue<bool>());
        Assert.False(bench.State("videoMute.0").GetValue<bool>());
    }

    [Theory]
    [InlineData("status", "0")]
    [InlineData("mute", "1")]
    public void A_video_mute_by_hand_is_told_with_the_number_of_the_model(string polarity, string number)
    {
        using var bench = new Bench("kramer-p3000", $$"""{"vmute":"{{polarity}}"}""");
        var client = bench.Connect();
        Assert.Null(bench.Press("mute", """{"output":5,"on":true,"layer":"video"}"""));
        Assert.Null(bench.Press("mute", """{"output":5,"on":true,"layer":"audio"}"""));
        Assert.Null(bench.Press("volume", """{"output":5,"level":7}"""));

        Assert.Equal($"~01@VMUTE 5,{number}\r\n~01@MUTE 5,1\r\n~01@AUD-LVL 1,5,7\r\n", client.Take());
    }

    [Fact]
    public void A_preset_brings_its_routes_back_and_tells_each_that_changed()
    {
        using var bench = new Bench("kramer-p3000", Old);
        var client = bench.Connect();
        var other = bench.Connect();
        client.Ask("#VID 4>1|AUD 3>1|PRST-STO 7|AV 2>1\r");
        other.Take();

        Assert.Equal("~01@PRST-LST 7\r\n~01@PRST-RCL 7 OK\r\n~01@VID 4>1\r\n~01@AUD 3>1\r\n", client.Ask("#PRST-LST?|PRST-RCL 7\r"));
        Assert.Equal("~01@VID 4>1\r\n~01@AUD 3>1\r\n~01@PRST-RCL 7\r\n", other.Take());
        Assert.Equal("[4,2,3]", bench.State("video").ToJsonString());
        Assert.Equal("~01@PRST-RCL ERR003\r\n~01@PRST-STO ERR003\r\n", client.Ask("#PRST-RCL 8|PRST-STO 61\r"));
        Assert.Equal(ControlFault.Impossible, bench.Press("preset", """{"number":8}""")?.Fault);
        Assert.Null(bench.Press("preset", """{"number":7}"""));
        Assert.Equal("~01@PRST-RCL 7\r\n", other.Take());
    }

    [Theory]
    [InlineData("#AUD-LVL 1,2,100|AUD-LVL 1,2,++|AUD-LVL 1,2,--|AUD-LVL? 1,2\r",
        "~01@AUD-LVL 1,2,100\r\n~01@AUD-LVL 1,2,100\r\n~01@AUD-LVL 1,2,99\r\n~01@AUD-LVL 1,2,99\r\n")]
    [InlineData("#AUD-LVL 0,2,5|AUD-LVL? 0,2|AUD-LVL? 1,2\r", "~01@AUD-LVL 0,2,5\r\n~01@AUD-LVL 0,2,5\r\n~01@AUD-LVL 1,2,50\r\n")]
    [InlineData("#AUD-LVL 2,2,5|AUD-LVL 1,9,5|AUD-LVL 1,2,101\r", "~01@AUD-LVL ERR003\r\n~01@AUD-LVL ERR003\r\n~01@AUD-LVL ERR003\r\n")]
    [InlineData("#MUTE 2,1|MUTE? 2|MUTE 2,2\r", "~01@MUTE 2,1\r\n~01@MUTE 2,1\r\n~01@MUTE ERR003\r\n")]
    [InlineData("#X-MUTE OUT.ANALOG_AUDIO.1.AUDIO.1,ON|MUTE? 1\r", "~01@X-MUTE OUT.ANALOG_AUDIO.1.AUDIO.1,ON\r\n~01@MUTE 1,1\r\n")]
    [InlineData("#X-MUTE? OUT.ANALOG_AUDIO.1.AUDIO.1\r", "~01@X-MUTE OUT.ANALOG_AUDIO.1.AUDIO.1,OFF\r\n")]
    [InlineData("#X-AUD-LVL OUT.ANALOG_AUDIO.3.AUDIO.1,9|AUD-LVL? 1,3\r",
        "~01@X-AUD-LVL OUT.ANALOG_AUDIO.3.AUDIO.1,9\r\n~01@AUD-LVL 1,3,9\r\n")]
    [InlineData("#X-AUD-LVL? OUT.ANALOG_AUDIO.3.AUDIO.1\r", "~01@X-AUD-LVL OUT.ANALOG_AUDIO.3.AUDIO.1,50\r\n")]
    [InlineData("#X-MUTE OUT.ANALOG_AUDIO.9.AUDIO.1,ON|X-MUTE OUT.HDMI.1,ON\r", "~01@X-MUTE ERR003\r\n~01@X-MUTE ERR001\r\n")]
    [InlineData("#AV-SW-MODE 1,2,2|AV-SW-MODE? 1,2\r", "~01@AV-SW-MODE 1,2,2\r\n~01@AV-SW-MODE 1,2,2\r\n")]
    [InlineData("#AV-SW-MODE 1,2,3|MTX-MODE 2,1\r", "~01@AV-SW-MODE ERR003\r\n~01@MTX-MODE ERR002\r\n")]
    public void Levels_mutes_and_automatic_switching_are_kept(string commands, string answers)
    {
        using var bench = new Bench("kramer-p3000");

        Assert.Equal(answers, bench.Connect(LinkKind.Serial).Ask(commands));
    }

    [Fact]
    public void An_older_switcher_has_its_own_word_for_automatic_switching()
    {
        using var bench = new Bench("kramer-p3000", Old);

        Assert.Equal("~01@MTX-MODE 2,1 OK\r\n~01@MTX-MODE 2,1\r\n~01@MTX-MODE 3,0\r\n",
            bench.Connect().Ask("#MTX-MODE 2,1|MTX-MODE? 2|MTX-MODE? 3\r"));
    }
}
