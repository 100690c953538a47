namespace AvGateway.Simulator.Tests.SerialPower;

/// <summary>What the transcripts do not show: time, keys, any cut of the stream.</summary>
public sealed class SerialPowerTests
{
    [Fact]
    public void One_frame_switches_one_outlet_and_channel_nought_all()
    {
        using var bench = new Bench("serial-power", """{"outlets":3}""");
        var line = bench.Connect();

        line.Say([0x3A, 0x01, 0x05, 0x02, 0x01, 0x0D]);
        Assert.Equal("[false,true,false]", bench.State("outlets").ToJsonString());
        line.Say([0x3A, 0x01, 0x05, 0x00, 0x01, 0x0D]);
        Assert.Equal("[true,true,true]", bench.State("outlets").ToJsonString());
        line.Say([0x3A, 0x01, 0x05, 0x03, 0x00, 0x0D]);
        Assert.Equal("[true,true,false]", bench.State("outlets").ToJsonString());
    }

    [Fact]
    public void It_says_nothing_when_it_is_told_not_to_repeat_and_obeys_all_the_same()
    {
        using var bench = new Bench("serial-power");
        bench.Switch("echo", "false");
        var line = bench.Connect();

        line.Say([0x3A, 0x01, 0x05, 0x01, 0x01, 0x0D]);

        Assert.Empty(line.TakeBytes());
        Assert.True(bench.State("outlets.0").GetValue<bool>());
    }

    [Fact]
    public void A_relay_that_ignores_off_stays_closed_behind_its_echo()
    {
        using var bench = new Bench("serial-power");
        var line = bench.Connect();
        line.Say([0x3A, 0x01, 0x05, 0x01, 0x01, 0x0D]);
        line.TakeBytes();
        bench.Switch("ignores-off", "true");

        line.Say([0x3A, 0x01, 0x05, 0x01, 0x00, 0x0D]);

        Assert.Equal([0x3A, 0x01, 0x05, 0x01, 0x00, 0x0D], line.TakeBytes());
        Assert.True(bench.State("outlets.0").GetValue<bool>());
    }

    [Fact]
    public void A_slow_relay_follows_later_and_a_restart_leaves_all_off_unless_it_remembers()
    {
        using var bench = new Bench("serial-power");
        bench.Switch("relay-delay", "\"500ms\"");
        var line = bench.Connect();
        line.Say([0x3A, 0x01, 0x05, 0x01, 0x01, 0x0D]);
        bench.Pass("499ms");
        Assert.False(bench.State("outlets.0").GetValue<bool>());
        bench.Pass("1ms");
        Assert.True(bench.State("outlets.0").GetValue<bool>());

        bench.Switch("last-state", "true");
        bench.Press("power-cycle");
        bench.Pass("1s");
        Assert.True(bench.State("outlets.0").GetValue<bool>());
        bench.Switch("last-state", "false");
        bench.Press("power-cycle");
        bench.Pass("1s");
        Assert.False(bench.State("outlets.0").GetValue<bool>());
    }

    [Fact]
    public void Any_cut_gives_the_same_and_what_is_no_frame_does_nothing()
    {
        byte[] whole = [0xFF, 0x3A, 0x01, 0x05, 0x01, 0x01, 0x0D, 0x00, 0x3A, 0x01, 0x05, 0x02, 0x01, 0x0D, 0x3A, 0x01, 0x05, 0x03, 0x07, 0x0D];
        using var bench = new Bench("serial-power", """{"outlets":3}""");
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            bench.Device.Reset();
            var line = bench.Connect();
            line.Say(whole[..cut]);
            line.Say(whole[cut..]);

            Assert.Equal("[true,true,false]", bench.State("outlets").ToJsonString());
        }
    }
}
