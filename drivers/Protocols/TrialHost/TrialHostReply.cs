namespace AvGateway.Drivers.Protocols.TrialHost;

/// <summary>One frame of the host: a property and its value.</summary>
/// <param name="IsWrite">True where it answers a write.</param>
public readonly record struct TrialHostReply(bool IsWrite, string Key, string Value)
{
    public override string ToString() => $"{(IsWrite ? "write" : "read")} {Key}={Value}";
}
