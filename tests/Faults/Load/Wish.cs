namespace AvGateway.Faults.Load;

/// <summary>One command under one id, which is asked again with the same id until its end is known.</summary>
/// <param name="Effect">What its device will have heard, in the words of the history.</param>
public sealed record Wish(Guid Id, string Device, string Verb, string Payload, string Effect)
{
    public string Target => $"{Device}/do/{Verb}";
}
