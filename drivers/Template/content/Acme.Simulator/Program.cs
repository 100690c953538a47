using System.Globalization;
using System.Runtime.InteropServices;
using Acme.Simulator;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;

// Plays the display on loopback until it is told to end, and says where: the link that a site file would hold.
var port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 0;
var court = await SimulatedCourt.StartAsync(
    [new("trial", "display", SimulatedDisplay.Descriptor.Protocol) { Port = port }], TimeProvider.System, SimulatorCatalog.BuiltIn.With(SimulatedDisplay.Descriptor));
await using (court)
{
    var ended = new TaskCompletionSource();
    using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
    using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
    Console.WriteLine(court.Devices[0].Link.Uri);
    await ended.Task;

    void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        ended.TrySetResult();
    }
}
