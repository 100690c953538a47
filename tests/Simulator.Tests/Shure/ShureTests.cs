namespace AvGateway.Simulator.Tests.Shure;

/// <summary>What the transcripts do not show: other clients, meters, any cut of the stream.</summary>
public sealed class ShureTests
{
    [Fact]
    public void A_change_is_told_to_every_client_and_once_to_each()
    {
        using var bench = new Bench("shure");
        var (one, other) = (bench.Connect(), bench.Connect());

        Assert.Equal("< REP 2 AUDIO_MUTE ON >", one.Ask("< SET 2 AUDIO_MUTE ON >"));
        Assert.Equal("< REP 2 AUDIO_MUTE ON >", other.Take());
        Assert.Equal("< REP 2 AUDIO_MUTE ON >", one.Ask("< SET 2 AUDIO_MUTE ON >"));
        Assert.Equal("", other.Take());
        bench.Press("gain", """{"channel":2,"tenths":1000}""");
        Assert.Equal("< REP 2 AUDIO_GAIN_HI_RES 1000 >", one.Take());
    }

    [Fact]
    public void A_frozen_device_answers_with_what_it_is_or_with_what_was_wished()
    {
        using var bench = new Bench("shure");
        var client = bench.Connect();
        bench.Switch("frozen", "true");

        Assert.Equal("< REP 1 AUDIO_MUTE OFF >", client.Ask("< SET 1 AUDIO_MUTE ON >"));
        bench.Switch("echoes-wish", "true");
        Assert.Equal("< REP 1 AUDIO_MUTE ON >", client.Ask("< SET 1 AUDIO_MUTE ON >"));
        Assert.Equal("< REP 1 AUDIO_MUTE OFF >", client.Ask("< GET 1 AUDIO_MUTE >"));
    }

    [Fact]
    public void Meters_are_told_as_often_as_they_are_wished()
    {
        using var bench = new Bench("shure");
        var client = bench.Connect();
        bench.Switch("meters", "\"100ms\"");
        bench.Pass("1s");

        Assert.Equal(11, client.Take().Split("SAMPLE_IN").Length - 1);
        bench.Switch("meters", "false");
        bench.Pass("1s");
        Assert.Equal("", client.Take());
    }

    [Fact]
    public void Mutes_survive_the_mains()
    {
        using var bench = new Bench("shure");
        bench.Connect().Ask("< SET 3 AUDIO_MUTE ON >");
        bench.Press("power-cycle");
        bench.Pass("10s");

        Assert.Equal("< REP 3 AUDIO_MUTE ON >", bench.Connect().Ask("< GET 3 AUDIO_MUTE >"));
    }

    [Fact]
    public void Any_cut_and_noise_between_give_the_same_answers()
    {
        const string whole = "\r\n< GET 1 AUDIO_MUTE >xx< GET 2 AUDIO_GAIN_HI_RES >";
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            using var bench = new Bench("shure");
            var client = bench.Connect();
            client.Say(whole[..cut]);
            client.Say(whole[cut..]);
            Assert.Equal("< REP 1 AUDIO_MUTE OFF >< REP 2 AUDIO_GAIN_HI_RES 1100 >", client.Take());
        }
    }
}
