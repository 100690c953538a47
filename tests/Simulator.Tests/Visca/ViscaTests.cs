using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests.Visca;

/// <summary>What the transcripts do not show: ways that take their time, any cut of the stream, datagrams, and quirks.</summary>
public sealed class ViscaTests
{
    [Fact]
    public void A_way_takes_the_time_of_its_length_and_the_head_is_somewhere_meanwhile()
    {
        using var bench = new Bench("visca");
        var client = bench.Connect();

        Assert.Equal("9041FF", Ask(client, "8101043F0203FF"));
        bench.Pass("300ms");
        Assert.Equal("", Take(client));
        var zoom = bench.State("zoom").GetValue<int>();
        Assert.InRange(zoom, 1, 0x17FF);
        bench.Pass("700ms");

        Assert.Equal("9051FF", Take(client));
        Assert.Equal(0x1800, bench.State("zoom").GetValue<int>());
    }

    [Fact]
    public void In_standby_and_while_it_initialises_nothing_is_executable()
    {
        using var bench = new Bench("visca", """{"power":"standby"}""");
        var client = bench.Connect();

        Assert.Equal("906041FF", Ask(client, "8101043F0201FF"));
        Assert.Equal("9041FF9051FF", Ask(client, "8101040002FF"));
        Assert.Equal("906041FF", Ask(client, "81090612FF"));
        bench.Pass("8s");
        Assert.StartsWith("9050", Ask(client, "81090612FF"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_movement_without_a_stop_goes_on()
    {
        using var bench = new Bench("visca");
        var client = bench.Connect();

        Ask(client, "8101060101010203FF");
        bench.Pass("10s");
        Assert.True(bench.State("moving").GetValue<bool>());
        Assert.Equal(600, bench.State("pan").GetValue<int>());
        Ask(client, "8101060101010303FF");
        Assert.False(bench.State("moving").GetValue<bool>());
    }

    [Fact]
    public void Each_peer_of_datagrams_has_its_own_numbers()
    {
        using var bench = new Bench("visca");
        var (one, other) = (bench.Connect(LinkKind.Udp), bench.Connect(LinkKind.Udp, "127.0.0.2"));
        const string question = "0110000500000009" + "81090400FF";

        Assert.Equal("0111000400000009" + "905002FF", Ask(one, question));
        Assert.Equal("0201000200000009" + "0F01", Ask(one, question));
        Assert.Equal("0111000400000009" + "905002FF", Ask(other, question));
    }

    [Fact]
    public void A_datagram_that_is_not_whole_is_lost()
    {
        using var bench = new Bench("visca");
        var client = bench.Connect(LinkKind.Udp);

        Assert.Equal("", Ask(client, "01100005000000018109"));
        Assert.Equal("0111000400000002" + "905002FF", Ask(client, "0110000500000002" + "81090400FF"));
    }

    [Fact]
    public void Any_cut_gives_the_same_answers()
    {
        byte[] whole = [0x00, 0xFF, .. Convert.FromHexString("81090400FF81090612FF")];
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            using var bench = new Bench("visca");
            var client = bench.Connect();
            client.Say(whole[..cut]);
            client.Say(whole[cut..]);
            Assert.Equal("905002FF90500000000000000000FF", Take(client));
        }
    }

    private static string Ask(Bench.Client client, string hex)
    {
        client.Say(Convert.FromHexString(hex));
        return Take(client);
    }

    private static string Take(Bench.Client client) => Convert.ToHexString(client.TakeBytes());
}
