using AvGateway.Mqtt.Bus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MQTTnet.AspNetCore;

namespace AvGateway.Mqtt.Embedded;

/// <summary>Puts the embedded broker into one Kestrel host.</summary>
public static class BrokerSetup
{
    /// <summary>Adds the broker as <see cref="EmbeddedBroker"/> and <see cref="IMqttBus"/>. The host adds users, clock and logging.</summary>
    public static IServiceCollection AddEmbeddedBroker(this IServiceCollection services, BrokerOptions options)
    {
        services.AddConnections();
        services.AddSingleton(options);
        services.AddSingleton<EmbeddedBroker>();
        services.AddSingleton<IMqttBus>(s => s.GetRequiredService<EmbeddedBroker>());
        return services;
    }

    /// <summary>Speaks MQTT on a listener of Kestrel; call <c>UseHttps</c> before it for TLS.</summary>
    public static IConnectionBuilder UseGatewayMqtt(this IConnectionBuilder listener)
    {
        var broker = listener.ApplicationServices.GetRequiredService<EmbeddedBroker>();
        return listener.Use(_ => broker.ServeAsync);
    }

    /// <summary>Speaks MQTT over WebSocket under a path of the web server.</summary>
    public static IEndpointConventionBuilder MapGatewayMqtt(this IEndpointRouteBuilder endpoints, string pattern)
    {
        var broker = endpoints.ServiceProvider.GetRequiredService<EmbeddedBroker>();
        var options = new HttpConnectionDispatcherOptions { Transports = HttpTransportType.WebSockets };
        options.WebSockets.SubProtocolSelector = MqttSubProtocolSelector.SelectSubProtocol;
        return endpoints.MapConnections(pattern, options, connections => connections.Use(_ => broker.ServeAsync));
    }
}
