using System.Globalization;
using AvGateway.Bench.Farm;

namespace AvGateway.Bench.Peers;

/// <summary>This program once more, as the least that a bridge can be.</summary>
internal sealed class FloorPeer : PlainPeer
{
    public override string Name => "floor";

    public override Task<IReadOnlyList<ChildProcess>> StartAsync(DeviceFarm farm, int port, string folder)
    {
        string[] arguments =
        [
            Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? typeof(FloorPeer).Assembly.Location : "", "floor",
            port.ToString(CultureInfo.InvariantCulture), farm.Count.ToString(CultureInfo.InvariantCulture),
        ];
        return Task.FromResult<IReadOnlyList<ChildProcess>>(
            [ChildProcess.Start(Environment.ProcessPath!, arguments.Where(a => a.Length > 0), folder)]);
    }
}
