using AvGateway.Drivers.Protocols.ExtronSmp;
using AvGateway.Testing.Compliance;

namespace AvGateway.Drivers.Tests.ExtronSmp;

/// <summary>From the wire to the word on the panel.</summary>
public sealed class ExtronSmpProofTests : RecordingProofCompliance<SmpReply>
{
    protected override DriverManifest<SmpReply> Manifest => ExtronSmpDriver.Manifest;
}

/// <summary>A counter that runs beside a file that nobody writes.</summary>
public sealed class ExtronSmpCountingProofTests : RecordingProofCompliance<SmpReply>
{
    protected override DriverManifest<SmpReply> Manifest => ExtronSmpDriver.Manifest;

    protected override (string Switch, System.Text.Json.Nodes.JsonNode? Value) Frozen => ("time-only", true);
}
