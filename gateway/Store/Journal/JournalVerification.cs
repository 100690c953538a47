namespace AvGateway.Store.Journal;

/// <summary>Something in the service record that is not as it was written.</summary>
/// <param name="Sequence">The first row that shows it; null when it concerns a whole file.</param>
/// <param name="Place">The file, or the table of a server.</param>
public sealed record JournalFinding(long? Sequence, string Place, string Text);

/// <summary>What a verification saw.</summary>
/// <param name="LastHash">Lower-case hexadecimal; to be compared with an anchor that was kept elsewhere.</param>
/// <param name="Anchors">How many anchors the rows were compared with.</param>
public sealed record JournalVerification(long Rows, long LastSequence, string LastHash, int Anchors, IReadOnlyList<JournalFinding> Findings)
{
    public bool IsSound => Findings.Count == 0;
}
