namespace AvGateway.Operations.Access;

/// <summary>How strictly sign-ins are judged.</summary>
public sealed record CredentialsPolicy
{
    /// <summary>What OWASP advises for PBKDF2 with SHA-256.</summary>
    public const int LeastIterations = 600_000;

    /// <summary>Shortest password that is taken, in characters.</summary>
    public int LeastPasswordLength { get; init; } = 8;

    /// <summary>Wrong passwords for one account from one address before that pair is locked out.</summary>
    public int FailuresBeforeLockOut { get; init; } = 5;

    /// <summary>How long failures count, and how long a lock-out lasts.</summary>
    public TimeSpan LockOut { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Costly checks that one address may cause at once before it has to wait; they come back one every
    /// <see cref="CostlyCheckEvery"/>. Passwords that were right before cost nothing and do not count.
    /// </summary>
    public int CostlyChecksPerAddress { get; init; } = 50;

    public TimeSpan CostlyCheckEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Costly checks that run at the same time in the whole gateway.</summary>
    public int CostlyChecksAtOnce { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>How long a sign-in waits for its turn before it is refused.</summary>
    public TimeSpan PatienceForATurn { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the file is looked at. Sessions react to a change within a second, so this is well below.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Iterations of new hashes; never below <see cref="LeastIterations"/> but in tests.</summary>
    public int Iterations { get; init; } = LeastIterations;
}
