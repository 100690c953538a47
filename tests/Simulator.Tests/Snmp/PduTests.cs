using System.Text;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests.Snmp;

/// <summary>The simulated power unit: relays with a will of their own behind a card that answers what it likes.</summary>
public sealed class PduTests
{
    private const string Order = "2b06010401823e01011a0902040105";
    private const string State = "2b06010401823e01011a0902030105";

    [Theory]
    [InlineData("ignores-off", "true", true, 2)]
    [InlineData("lies", "true", true, 1)]
    [InlineData("frozen", "true", true, 2)]
    [InlineData("mute", "false", false, 1)]
    public void An_order_reaches_relay_and_display_as_the_switches_say(string name, string value, bool relay, int shown)
    {
        using var bench = new Bench("snmp-pdu", """{"outlets":2}""");
        bench.Switch(name, value);
        var client = bench.Connect(LinkKind.Udp);

        Assert.NotEmpty(Set(client, outlet: 1, order: 2));
        bench.Pass("300ms");

        Assert.Equal(relay, (bool)bench.State("outlets.0"));
        Assert.Equal(shown, Get(client, outlet: 1));
    }

    [Fact]
    public void A_relay_moves_after_its_delay_and_an_outlet_comes_back_by_itself()
    {
        using var bench = new Bench("snmp-pdu");
        bench.Switch("relay-delay", "\"2s\"");
        bench.Switch("comes-back", "\"30s\"");
        var client = bench.Connect(LinkKind.Udp);
        Set(client, 1, 2);

        bench.Pass("1999ms");
        Assert.True((bool)bench.State("outlets.0"));
        bench.Pass("1ms");
        Assert.False((bool)bench.State("outlets.0"));
        bench.Pass("30s");
        Assert.True((bool)bench.State("outlets.0"));
    }

    [Fact]
    public void Delayed_and_rebooting_orders_take_their_time_and_can_be_taken_back()
    {
        using var bench = new Bench("snmp-pdu");
        bench.Switch("relay-delay", "false");
        var client = bench.Connect(LinkKind.Udp);

        Set(client, 1, 6);
        bench.Pass("4s");
        Set(client, 1, 8);
        bench.Pass("10s");
        Assert.True((bool)bench.State("outlets.0"));

        Set(client, 2, 3);
        Assert.False((bool)bench.State("outlets.1"));
        bench.Pass("5s");
        Assert.True((bool)bench.State("outlets.1"));
    }

    [Fact]
    public void A_card_that_restarts_in_a_run_does_the_order_and_answers_nothing_for_its_boot_time()
    {
        using var bench = new Bench("snmp-pdu");
        bench.Switch("restart-after", "1");
        bench.Switch("boot-time", "\"60s\"");
        bench.Switch("relay-delay", "false");
        var client = bench.Connect(LinkKind.Udp);

        Set(client, 1, 2);
        Assert.False((bool)bench.State("outlets.0"));
        client.Say(Message(0xA0, State, 1, "0500"));
        Assert.Empty(client.TakeBytes());
        bench.Pass("60s");
        Assert.Equal(1, Get(client, 1));
    }

    [Fact]
    public void Datagrams_are_never_cut_and_a_torn_one_spoils_nothing()
    {
        using var bench = new Bench("snmp-pdu");
        bench.Switch("slice", "true");
        var client = bench.Connect(LinkKind.Udp);

        client.Say(Message(0xA0, State, 1, "0500")[..20]);
        client.Say(Message(0xA0, State, 1, "0500"));

        Assert.Single(client.Pieces);
    }

    private static byte[] Set(Bench.Client client, int outlet, int order)
    {
        client.Say(Message(0xA3, Order, outlet, $"0201{order:x2}"));
        return client.TakeBytes();
    }

    private static int Get(Bench.Client client, int outlet)
    {
        client.Say(Message(0xA0, State, outlet, "0500"));
        return client.TakeBytes()[^1];
    }

    /// <summary>Version 2c, community "private", one binding.</summary>
    private static byte[] Message(byte kind, string column, int row, string value)
    {
        var oid = Convert.FromHexString($"{column}{row:x2}");
        var binding = Tlv(0x30, [.. Tlv(6, oid), .. Convert.FromHexString(value)]);
        var pdu = Tlv(kind, [2, 1, 9, 2, 1, 0, 2, 1, 0, .. Tlv(0x30, binding)]);
        return Tlv(0x30, [2, 1, 1, .. Tlv(4, Encoding.ASCII.GetBytes("private")), .. pdu]);
    }

    private static byte[] Tlv(byte tag, byte[] content) => [tag, (byte)content.Length, .. content];
}
