using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests.Modbus;

/// <summary>Units on a line: frames with a sum, and silence for everything else.</summary>
public sealed class ModbusTests
{
    // Published frames: read two holding registers of unit 1, and what a sensor at 24.7 degrees and 45.0 per cent says.
    private const string Read = "010300000002C40B", Climate = "01030400F701C2CBC0";

    [Fact]
    public void A_sensor_answers_the_published_frames()
    {
        using var bench = new Bench("modbus-sensor");
        var line = bench.Connect(LinkKind.Serial);

        Assert.Equal(Climate, Ask(line, Read));
        Assert.Equal("01020100A188", Ask(line, "010200000001B9CA"));
    }

    [Theory]
    [InlineData("020300000002C438")]
    [InlineData("010300000002C40C")]
    [InlineData("0103000000")]
    public void Another_unit_a_wrong_sum_and_a_torn_frame_are_silence(string frame)
    {
        using var bench = new Bench("modbus-sensor");
        var line = bench.Connect(LinkKind.Serial);

        Assert.Equal("", Ask(line, frame));
        bench.Pass("60ms");
        Assert.Equal(Climate, Ask(line, Read));
    }

    [Fact]
    public void A_wrong_sum_and_a_wrong_number_are_said_on_request()
    {
        using var bench = new Bench("modbus-sensor");
        var line = bench.Connect(LinkKind.Serial);

        bench.Switch("wrong-crc", "2");
        Assert.Equal(Climate, Ask(line, Read));
        Assert.Equal(Climate[..14] + "919A", Ask(line, Read));
        bench.Switch("wrong-crc", "0");
        bench.Switch("wrong-unit", "true");
        Assert.StartsWith("0203", Ask(line, Read), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stuck_sensor_says_what_it_said_and_a_rising_one_rises()
    {
        using var bench = new Bench("modbus-sensor");
        var line = bench.Connect(LinkKind.Serial);
        bench.Switch("rises", "2");
        bench.Pass("60s");
        Assert.Equal("010B", Ask(line, Read)[6..10]);

        bench.Switch("stuck", "true");
        bench.Pass("60s");
        Assert.Equal("010B", Ask(line, Read)[6..10]);
        bench.Switch("stuck", "false");
        Assert.Equal("011F", Ask(line, Read)[6..10]);
    }

    [Fact]
    public void Relay_4_goes_on_and_off_by_the_published_frames()
    {
        using var bench = new Bench("modbus-sequencer");
        var line = bench.Connect(LinkKind.Serial);

        Assert.Equal("01050003FF007C3A", Ask(line, "01050003FF007C3A"));
        bench.Pass("200ms");
        Assert.True((bool)bench.State("outlets.4"));
        Assert.Equal("0105000300003DCA", Ask(line, "0105000300003DCA"));
        bench.Pass("200ms");
        Assert.False((bool)bench.State("outlets.4"));
    }

    [Fact]
    public void A_sequencer_that_dies_in_a_run_answers_nothing_and_its_relays_fall_off()
    {
        using var bench = new Bench("modbus-sequencer");
        bench.Switch("dies-after", "1");
        var line = bench.Connect(LinkKind.Serial);

        Assert.Equal("", Ask(line, "01050003FF007C3A"));
        Assert.Null(bench.Press("power-on"));
        bench.Pass("5s");
        Assert.False((bool)bench.State("outlets.4"));
    }

    private static string Ask(Bench.Client line, string frame)
    {
        line.Say(Convert.FromHexString(frame));
        return Convert.ToHexString(line.TakeBytes());
    }
}
