using System.Net;
using System.Net.Sockets;
using AvGateway.Simulator.Devices.Control;
using AvGateway.Simulator.Devices.Courts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AvGateway.Simulator.Cli;

/// <summary>The control API of one court on an HTTP port of its own.</summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ControlServer(WebApplication app) => _app = app;

    public string Address =>
        _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();

    /// <summary>
    /// Starts it; without a wish the usual address is tried, then a free port. Throws <see cref="IOException"/> when it cannot be had.
    /// </summary>
    public static async Task<ControlServer> StartAsync(SimulatedCourt court, IPEndPoint? wish, CancellationToken stopping)
    {
        if (wish is not null) return await ListenAsync(court, wish, stopping);
        try
        {
            return await ListenAsync(court, ControlAddress.Usual, stopping);
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return await ListenAsync(court, new(IPAddress.Loopback, 0), stopping);
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static async Task<ControlServer> ListenAsync(SimulatedCourt court, IPEndPoint address, CancellationToken stopping)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(address));
        var app = builder.Build();
        app.MapSimulatorControl(court);
        try
        {
            await app.StartAsync(stopping);
            return new(app);
        }
        catch (Exception failed) when (failed is IOException or SocketException)
        {
            await app.DisposeAsync();
            throw failed as IOException ?? new IOException($"{address}: {failed.Message}", failed);
        }
    }
}
