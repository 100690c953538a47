namespace AvGateway.Drivers.Protocols.SerialPower;

/// <summary>A frame on the line: what a controller that echoes says when it has taken one.</summary>
/// <param name="Channel">1-based; 0 for all.</param>
public readonly record struct SerialPowerReply(byte Channel, byte Operation)
{
    public override string ToString() => $"{Channel:X2} {Operation:X2}";
}
