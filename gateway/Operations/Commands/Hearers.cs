namespace AvGateway.Operations.Commands;

/// <summary>Everybody who waits for the end of one request: who asked it, and who asked the same again meanwhile. Safe from any thread.</summary>
internal sealed class Hearers(IAnswers first)
{
    private const int Most = 8;

    private readonly Lock _gate = new();
    private readonly List<IAnswers> _all = [first];
    private bool _hasEnded;

    /// <summary>False when it has ended, or too many listen.</summary>
    public bool TryAdd(IAnswers answers)
    {
        lock (_gate)
        {
            if (_hasEnded) return false;
            if (_all.Contains(answers)) return true;
            if (_all.Count >= Most) return false;
            _all.Add(answers);
            return true;
        }
    }

    public void Give(in Answer answer)
    {
        lock (_gate)
        {
            foreach (var hearer in _all) hearer.Give(answer);
        }
    }

    public void GiveLast(in Answer answer)
    {
        lock (_gate)
        {
            _hasEnded = true;
            foreach (var hearer in _all) hearer.Give(answer);
        }
    }
}
