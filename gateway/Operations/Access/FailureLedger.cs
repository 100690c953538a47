namespace AvGateway.Operations.Access;

/// <summary>
/// Who failed how often of late. A pair of account and address is locked, never the account alone: otherwise anybody on the
/// network could keep a courtroom's panel out by guessing. Safe from any thread; bounded.
/// </summary>
internal sealed class FailureLedger(CredentialsPolicy policy, TimeProvider time)
{
    private const int MostEntries = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Name, string Address), Failures> _failures = [];
    private readonly Dictionary<string, Budget> _budgets = new(StringComparer.Ordinal);

    public bool IsLocked(string name, string address)
    {
        lock (_gate)
            return _failures.TryGetValue((name, address), out var f) && f.Count >= policy.FailuresBeforeLockOut && !IsOver(f.Latest);
    }

    public void Failed(string name, string address)
    {
        lock (_gate)
        {
            var key = (name, address);
            var count = _failures.TryGetValue(key, out var f) && !IsOver(f.Latest) ? f.Count + 1 : 1;
            if (!_failures.ContainsKey(key)) MakeRoom(_failures, entry => entry.Latest);
            _failures[key] = new(count, time.GetTimestamp());
        }
    }

    public void Succeeded(string name, string address)
    {
        lock (_gate) _failures.Remove((name, address));
    }

    /// <summary>Takes one costly check from the budget of this address; false when there is none left.</summary>
    public bool TryPay(string address)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            double left = policy.CostlyChecksPerAddress;
            if (_budgets.TryGetValue(address, out var budget))
                left = Math.Min(left, budget.Left + (time.GetElapsedTime(budget.At, now) / policy.CostlyCheckEvery));
            else MakeRoom(_budgets, entry => entry.At);

            _budgets[address] = new(left >= 1 ? left - 1 : left, now);
            return left >= 1;
        }
    }

    private bool IsOver(long since) => time.GetElapsedTime(since) >= policy.LockOut;

    /// <summary>Old entries go first; a flood of invented names pushes out at worst other failures, never a rule.</summary>
    private void MakeRoom<TKey, TEntry>(Dictionary<TKey, TEntry> entries, Func<TEntry, long> at) where TKey : notnull
    {
        if (entries.Count < MostEntries) return;
        foreach (var key in entries.Where(e => IsOver(at(e.Value))).Select(e => e.Key).ToList()) entries.Remove(key);
        if (entries.Count < MostEntries) return;
        foreach (var key in entries.OrderBy(e => at(e.Value)).Take(MostEntries / 10).Select(e => e.Key).ToList()) entries.Remove(key);
    }

    private readonly record struct Failures(int Count, long Latest);

    private readonly record struct Budget(double Left, long At);
}
