namespace AvGateway.Simulator.Tests.TrialHost;

/// <summary>What the transcripts do not show: time that is recorded, and any cut of the stream.</summary>
public sealed class TrialHostTests
{
    [Fact]
    public void Recorded_time_grows_while_it_records_and_room_shrinks()
    {
        using var bench = new Bench("trial-host");
        var client = bench.Connect();

        Assert.Equal("record=1", Ask(client, 3, "record=1"));
        Assert.Equal("record.state=0", Ask(client, 2, "record.state"));
        bench.Pass("500ms");
        Assert.Equal("record.state=1", Ask(client, 2, "record.state"));
        bench.Pass("60s");
        Assert.Equal("record.time=60", Ask(client, 2, "record.time"));
        Assert.Equal("disk.time=359940", Ask(client, 2, "disk.time"));
        Ask(client, 3, "record=2");
        bench.Pass("60s");
        Assert.Equal("record.time=60", Ask(client, 2, "record.time"));
    }

    [Fact]
    public void The_mains_end_a_recording()
    {
        using var bench = new Bench("trial-host");
        Ask(bench.Connect(), 3, "record=1");
        bench.Pass("1s");
        bench.Press("power-cycle");
        bench.Pass("20s");

        Assert.Equal("record.state=0", Ask(bench.Connect(), 2, "record.state"));
        Assert.Equal("stopped", bench.State("recording").GetValue<string>());
    }

    [Fact]
    public void A_refused_write_is_answered_with_what_the_property_is()
    {
        using var bench = new Bench("trial-host");
        bench.Switch("refuse", "true");

        Assert.Equal("record=0", Ask(bench.Connect(), 3, "record=1"));
    }

    [Fact]
    public void A_write_is_answered_with_the_property_with_a_word_or_not_at_all()
    {
        using var bench = new Bench("trial-host");
        var client = bench.Connect();
        bench.Switch("write-answer", "\"word\"");
        Assert.Equal("ok", Ask(client, 3, "record=1"));

        bench.Switch("write-answer", "\"nothing\"");
        client.Say(Frame(3, "record=0"));
        Assert.Empty(client.TakeBytes());
        bench.Pass("1s");
        Assert.Equal("record.state=0", Ask(client, 2, "record.state"));
    }

    [Fact]
    public void A_recording_ends_by_itself_and_the_next_one_has_its_own_time()
    {
        using var bench = new Bench("trial-host");
        var client = bench.Connect();
        bench.Switch("start-time", "false");
        bench.Switch("stops-by-itself", "\"10s\"");
        Ask(client, 3, "record=1");
        bench.Pass("6s");
        Ask(client, 3, "record=0");
        Ask(client, 3, "record=1");

        bench.Pass("6s");
        Assert.Equal("record.state=1", Ask(client, 2, "record.state"));
        bench.Pass("5s");
        Assert.Equal("record.state=0", Ask(client, 2, "record.state"));
    }

    [Fact]
    public void Any_cut_and_noise_in_front_give_the_same_answers()
    {
        byte[] whole = [0xFF, 0x00, .. Frame(2, "record.state"), .. Frame(2, "sys.version")];
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            using var bench = new Bench("trial-host");
            var client = bench.Connect();
            client.Say(whole[..cut]);
            client.Say(whole[cut..]);
            Assert.Equal([.. Frame(2, "record.state=0"), .. Frame(2, "sys.version=V3.2.1")], client.TakeBytes());
        }
    }

    private static string Ask(Bench.Client client, byte code, string text)
    {
        client.Say(Frame(code, text));
        var said = client.TakeBytes();
        Assert.Equal(code, said[1]);
        Assert.Equal(said.Length - 4, said[3]);
        return System.Text.Encoding.ASCII.GetString(said[4..]);
    }

    private static byte[] Frame(byte code, string text) => [0, code, 0, (byte)text.Length, .. System.Text.Encoding.ASCII.GetBytes(text)];
}
