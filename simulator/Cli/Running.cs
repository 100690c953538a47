using System.Net;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;

namespace AvGateway.Simulator.Cli;

/// <summary>What <c>device</c> and <c>court</c> have in common: start, say so in one line of JSON, run until told to stop.</summary>
internal static class Running
{
    public static async Task<int> RunAsync(
        IReadOnlyList<DeviceSetting> devices, IPEndPoint? http, Func<SimulatedCourt, JsonObject> ready,
        TextWriter output, TextWriter errors, CancellationToken stopping, SimulatorCatalog? catalog = null)
    {
        try
        {
            await using var court = await SimulatedCourt.StartAsync(devices, TimeProvider.System, catalog);
            await using var control = await ControlServer.StartAsync(court, http, stopping);
            var line = ready(court);
            // The same members as the gateway's own ready line, so that a script reads either.
            line["http"] = control.Address;
            line["simulators"] = control.Address;
            await output.WriteLineAsync(line.ToJsonString());
            await output.FlushAsync(stopping);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        }
        catch (OperationCanceledException)
        {
            return Avsim.Done;
        }
        catch (Exception refused) when (refused is CannotSimulateException or IOException)
        {
            await errors.WriteLineAsync(refused.Message);
            return Avsim.Failed;
        }

        return Avsim.Done;
    }
}
