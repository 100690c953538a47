using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Access;

/// <summary>
/// The users of <c>credentials.json</c>. Passwords are checked against PBKDF2 hashes; a password that still stands there in
/// plain is the truth until the administrator takes it out. Edits by hand or by the command line are noticed while running.
/// </summary>
public sealed partial class CredentialsFile : IUserDirectory, IDisposable
{
    private const int LongestPassword = 1024;

    /// <summary>Looks that pass between two computations of a missing hash: they cost a fifth of a second of one core each.</summary>
    private const int LooksBetweenHashes = 4;

    private readonly CredentialsStore _store;
    private readonly CredentialsPolicy _policy;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly string _path;
    private readonly FailureLedger _failures;
    private readonly PasswordHash _decoy;
    private readonly SemaphoreSlim _turns;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _reload = new();

    /// <summary>Per account the keyed digest of the password that was right last time; lives in this process only.</summary>
    private readonly ConcurrentDictionary<string, byte[]> _proven = new(StringComparer.Ordinal);

    private volatile FrozenDictionary<string, Account> _accounts = FrozenDictionary<string, Account>.Empty;
    private volatile string? _problem;
    private ITimer? _look;
    private (DateTime, long) _seen;
    private int _looking;
    private int _looks;

    private CredentialsFile(string path, CredentialsPolicy policy, TimeProvider time, ILogger log)
    {
        _path = path;
        _store = new(path, time);
        _policy = policy;
        _time = time;
        _log = log;
        _failures = new(policy, time);
        _turns = new(policy.CostlyChecksAtOnce, policy.CostlyChecksAtOnce);
        _decoy = new(policy.Iterations, RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(32));
    }

    public event Action<string>? Changed;

    public IReadOnlyCollection<User> Users => [.. _accounts.Values.Select(a => a.User).OrderBy(u => u.Name, StringComparer.Ordinal)];

    /// <summary>Why the file as it stands now was not taken (the users before it stay in force); null when all is well.</summary>
    public string? Problem => _problem;

    /// <summary>
    /// Opens the file; when there is none, makes it (mode 0600) with <paramref name="first"/> and random passwords.
    /// Throws <see cref="CredentialsException"/> with the remedy when it cannot be used: there is never an empty list by accident.
    /// </summary>
    public static CredentialsFile Open(
        string path, IReadOnlyList<User> first, CredentialsPolicy policy, TimeProvider time, ILogger<CredentialsFile> log)
    {
        var file = new CredentialsFile(path, policy, time, log);
        if (!file._store.Exists) file.MakeFirst(first);
        file._seen = file._store.Stamp();
        file.Take(file.Read());
        file._look = time.CreateTimer(static f => ((CredentialsFile)f!).Look(), file, policy.LookEvery, policy.LookEvery);
        return file;
    }

    public User? Find(string name) => _accounts.GetValueOrDefault(name)?.User;

    /// <summary>The password of a user while it still stands in the file in plain; null once it was taken out, when nobody can tell it any more.</summary>
    public string? PasswordOf(string name) => _accounts.GetValueOrDefault(name)?.Password;

    /// <summary>A password as this file draws them for its first users.</summary>
    public static string DrawPassword() => Draw();

    public SignIn Authenticate(string name, string password, string address)
    {
        if (Known(name, password, address) is { } known) return known;
        return Check(name, password, address);
    }

    public async ValueTask<SignIn> AuthenticateAsync(string name, string password, string address, CancellationToken cancellation)
    {
        if (Known(name, password, address) is { } known) return known;
        if (!await _turns.WaitAsync(_policy.PatienceForATurn, cancellation)) return SignIn.LockedOut;
        try
        {
            // Who waited before us may have answered for us: a storm of one wrong password is five checks, not one for each that had queued.
            if (Settled(name, password, address) is { } settled) return settled;
            return await Task.Run(() => Check(name, password, address), cancellation);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Adds a user and gives back the password, drawn at random when none is given. Only its hash is kept.</summary>
    public Task<string> AddAsync(User user, string? password, CancellationToken cancellation) => ChangeAsync(password, (accounts, secret) =>
    {
        if (CredentialsDocument.Findings(user).FirstOrDefault() is { } finding) throw new CredentialsException(finding);
        if (accounts.Exists(a => a.User.Name == user.Name)) throw new CredentialsException($"'{user.Name}' exists already.");
        accounts.Add(new(user, null, secret));
    }, cancellation);

    /// <summary>Gives a user a new password and returns it; whoever is signed in with the old one is signed out.</summary>
    public Task<string> SetPasswordAsync(string name, string? password, CancellationToken cancellation) => ChangeAsync(password, (accounts, secret) =>
    {
        var i = accounts.FindIndex(a => a.User.Name == name);
        if (i < 0) throw new CredentialsException($"there is no user '{name}'.");
        accounts[i] = accounts[i] with { Password = null, Hash = secret };
    }, cancellation);

    /// <summary>Gives a user another role, other rooms or another end; the password stays, and whoever is signed in has the new rights at once.</summary>
    public async Task ChangeAsync(User user, CancellationToken cancellation)
    {
        if (CredentialsDocument.Findings(user).FirstOrDefault() is { } finding) throw new CredentialsException(finding);
        using var held = await _store.LockAsync(cancellation);
        var accounts = Read().ToList();
        var i = accounts.FindIndex(a => a.User.Name == user.Name);
        if (i < 0) throw new CredentialsException($"there is no user '{user.Name}'.");
        accounts[i] = accounts[i] with { User = user };
        Save(accounts);
    }

    /// <summary>Removes a user; the last one stays.</summary>
    public async Task RemoveAsync(string name, CancellationToken cancellation)
    {
        using var held = await _store.LockAsync(cancellation);
        var accounts = Read().ToList();
        if (accounts.RemoveAll(a => a.User.Name == name) == 0) throw new CredentialsException($"there is no user '{name}'.");
        if (accounts.Count == 0) throw new CredentialsException($"'{name}' is the last user: nobody could sign in any more.");
        Save(accounts);
    }

    public void Dispose()
    {
        _look?.Dispose();
        _turns.Dispose();
    }

    /// <summary>What can be said without the costly check; null when that is due.</summary>
    private SignIn? Known(string name, string password, string address)
    {
        if (password.Length > LongestPassword) return SignIn.WrongPassword;
        if (Settled(name, password, address) is { } settled) return settled;
        return _failures.TryPay(address) ? null : SignIn.LockedOut;
    }

    /// <summary>Locked out, or the password that was right last time; null: neither.</summary>
    private SignIn? Settled(string name, string password, string address)
    {
        if (_failures.IsLocked(name, address)) return SignIn.LockedOut;
        return _accounts.GetValueOrDefault(name) is { } account && _proven.TryGetValue(name, out var digest)
            && CryptographicOperations.FixedTimeEquals(digest, Digest(name, password)) ? Admit(account, address) : null;
    }

    private SignIn Check(string name, string password, string address)
    {
        // An unknown name costs what a known one costs. Where the plain password stands it was compared before and did not fit.
        var account = _accounts.GetValueOrDefault(name);
        var fits = (account?.Hash ?? _decoy).Fits(password) && account is { Password: null };
        if (!fits)
        {
            _failures.Failed(name, address);
            return account is null ? SignIn.UnknownUser : SignIn.WrongPassword;
        }

        lock (_reload)
        {
            // The file may have changed while the hash was computed.
            if (!_accounts.TryGetValue(name, out var now) || !now.HasSameSecretAs(account!)) return SignIn.WrongPassword;
            _proven[name] = Digest(name, password);
            return Admit(now, address);
        }
    }

    private SignIn Admit(Account account, string address)
    {
        if (account.User.Until <= _time.GetUtcNow()) return SignIn.Ended;
        _failures.Succeeded(account.User.Name, address);
        return SignIn.Accepted;
    }

    private byte[] Digest(string name, string password) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{name}\0{password}"));
}
