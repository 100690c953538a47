using System.Net;
using System.Net.Sockets;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Links;
using AvGateway.Simulator.Devices.SipCodec;

namespace AvGateway.Simulator.Tests.SipCodec;

/// <summary>The endpoint on its real port.</summary>
public sealed class SipLinkTests
{
    [Fact]
    public async Task What_is_still_repeated_when_the_port_is_given_back_is_lost_and_harms_nothing()
    {
        var clock = new VirtualClock();
        using var device = (SimulatedSip)SimulatorCatalog.BuiltIn.Create(new("court-1", "it", "sip-codec"), clock);
        var link = SipLink.Start(device, IPAddress.Loopback, 0);
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.Null(device.UseFrontPanel("register", new() { ["registrar"] = $"{silent.Client.LocalEndPoint}" }));
        await HearAsync(silent);
        clock.Pass(TimeSpan.FromSeconds(1));
        await HearAsync(silent);

        await link.DisposeAsync();
        clock.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal(0, silent.Available);
    }

    private static async Task HearAsync(UdpClient silent)
    {
        var heard = await silent.ReceiveAsync(TestContext.Current.CancellationToken).InTime();
        Assert.StartsWith("REGISTER ", System.Text.Encoding.UTF8.GetString(heard.Buffer), StringComparison.Ordinal);
    }
}
