namespace AvGateway.Operations.Release;

/// <summary>Packets of the time around a fault in the form in which they may leave: heads alone, without an address or a name.</summary>
/// <param name="Watch">Which watch kept them.</param>
public sealed record PacketWindow(string Watch, byte[] Pcapng)
{
    public const string Ending = ".pcapng";

    public string FileName => $"packets-{Watch}{Ending}";
}
