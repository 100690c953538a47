using System.Text;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests.NecDisplay;

/// <summary>What the transcripts do not show: time, pace, noise, any cut of the stream.</summary>
public sealed class NecDisplayTests
{
    private const string Options = """{"model":"V554","serialNumber":"N1"}""";

    [Fact]
    public void A_packet_that_comes_too_soon_is_lost_and_counted()
    {
        using var bench = new Bench("nec-display", Options);
        bench.Switch("packet-gap", "\"600ms\"");
        var client = bench.Connect();

        Assert.NotEmpty(Ask(client, "A", "01D6"));
        bench.Pass("599ms");
        Assert.Empty(Ask(client, "A", "01D6"));
        Assert.Equal(1, bench.State("lostPackets").GetValue<int>());
        bench.Pass("600ms");
        Assert.NotEmpty(Ask(client, "A", "01D6"));
    }

    [Fact]
    public void On_its_way_it_says_NULL_to_everything()
    {
        using var bench = new Bench("nec-display", Options);
        bench.Switch("power-time", "\"4s\"");
        var client = bench.Connect();

        Assert.Equal("00C203D60004", Ask(client, "A", "C203D60004"));
        Assert.Equal("BE", Ask(client, "A", "01D6"));
        Assert.Equal("BE", Ask(client, "C", "0060"));
        bench.Pass("4s");
        Assert.Equal("0200D60000040004", Ask(client, "A", "01D6"));
        Assert.Equal("off", bench.State("power").GetValue<string>());
    }

    [Fact]
    public void A_silent_connection_is_closed_after_fifteen_minutes_and_a_serial_line_never()
    {
        using var bench = new Bench("nec-display", Options);
        var client = bench.Connect();
        var line = bench.Connect(LinkKind.Serial);
        bench.Pass("14m");
        Ask(client, "A", "01D6");
        bench.Pass("14m");
        Assert.False(client.Closed);
        bench.Pass("1m");
        Assert.True(client.Closed);
        Assert.False(line.Closed);
    }

    [Fact]
    public void A_display_that_ignores_off_says_yes_and_stays_on()
    {
        using var bench = new Bench("nec-display", Options);
        bench.Switch("ignores-off", "true");
        var client = bench.Connect();

        Assert.Equal("00C203D60004", Ask(client, "A", "C203D60004"));
        bench.Pass("30s");
        Assert.Equal("0200D60000040001", Ask(client, "A", "01D6"));
    }

    [Fact]
    public void Any_cut_and_noise_in_front_give_the_same_answers()
    {
        using var bench = new Bench("nec-display", Options);
        byte[] whole = [0x00, 0xFF, 0x0D, .. Packet("A", "C217"), .. Packet("A", "B1")];
        var expected = "";
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            var client = bench.Connect();
            client.Say(whole[..cut]);
            client.Say(whole[cut..]);
            var said = Convert.ToHexString(client.TakeBytes());
            if (cut == 0) expected = said;

            Assert.NotEmpty(said);
            Assert.Equal(expected, said);
            client.Leave();
        }
    }

    [Fact]
    public void Its_model_and_serial_number_are_spelled_in_hex()
    {
        using var bench = new Bench("nec-display", Options);
        var client = bench.Connect();

        Assert.Equal("C31756353534", Ask(client, "A", "C217"));
        Assert.Equal("C3164E31", Ask(client, "A", "C216"));
    }

    private static string Ask(Bench.Client client, string type, string message)
    {
        client.Say(Packet(type, message));
        var said = client.TakeBytes();
        return said.Length == 0 ? "" : Encoding.ASCII.GetString(said[8..^3]);
    }

    private static byte[] Packet(string type, string message)
    {
        var body = Encoding.ASCII.GetBytes($"0A0{type}{message.Length + 2:X2}\u0002{message}\u0003");
        byte check = 0;
        foreach (var b in body) check ^= b;
        return [0x01, .. body, check, 0x0D];
    }
}
