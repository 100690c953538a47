using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Embedded;
using AvGateway.Mqtt.Tests.Embedded;

namespace AvGateway.Mqtt.Tests.Profile;

/// <summary>The broker that the gateway brings.</summary>
public sealed class EmbeddedCourt : Court
{
    private BrokerRig _rig = null!;

    internal override int Port => _rig.Port;

    internal BrokerRig Rig => _rig;

    private protected override IMqttBus Bus => _rig.Broker;

    /// <summary>It lives and dies with the gateway, so losing it is a new run.</summary>
    internal override Task LoseBrokerAsync() => RestartGatewayAsync();

    private protected override async Task OpenBrokerAsync() => _rig = await BrokerRig.StartAsync(new BrokerOptions { Site = "city" }, started: false);

    private protected override async Task ReopenAsync()
    {
        await _rig.DisposeAsync();
        await OpenBrokerAsync();
    }

    private protected override async Task CloseAsync()
    {
        if (_rig is not null) await _rig.DisposeAsync();
    }
}
