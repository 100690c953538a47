namespace AvGateway.Links;

/// <summary>A password or key. Prints as <c>***</c> wherever it is formatted.</summary>
public sealed class Secret(string value)
{
    /// <summary>Takes the secret out; only where it goes on the wire or into a hash.</summary>
    public string Reveal() => value;

    public override string ToString() => "***";
}
