namespace AvGateway.Faults.Model;

/// <summary>An invariant that a history breaks, and the event that shows it.</summary>
/// <param name="Rule">I1, I2 … as the reliability chapter numbers them.</param>
public sealed record Violation(string Rule, long Event, string Text)
{
    public override string ToString() => $"{Rule} at event {Event}: {Text}";
}
