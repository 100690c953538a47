using System.Collections.Frozen;
using System.Security.Cryptography;

namespace AvGateway.Operations.Access;

public sealed partial class CredentialsFile
{
    /// <summary>No letters that look alike, nothing that a URL or a shell would read as its own.</summary>
    private const string PasswordAlphabet = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int PasswordLength = 24;

    private readonly HashSet<Account> _hashed = new(ReferenceEqualityComparer.Instance);

    private void MakeFirst(IReadOnlyList<User> first)
    {
        var findings = first.SelectMany(CredentialsDocument.Findings)
            .Concat(first.GroupBy(u => u.Name).Where(g => g.Count() > 1).Select(g => $"'{g.Key}' stands twice")).ToList();
        if (findings.Count > 0) throw new CredentialsException($"the first users cannot be made: {string.Join("; ", findings)}");

        using var held = _store.TryLock() ?? throw new CredentialsException($"{_path} is being made by another process.");
        _store.Write(CredentialsDocument.Write(first.Select(u => new Account(u, Draw(), null))));
        LogFirstUsers(_log, first.Count, _path);
    }

    private static string Draw() => RandomNumberGenerator.GetString(PasswordAlphabet, PasswordLength);

    private IReadOnlyList<Account> Read()
    {
        try
        {
            return CredentialsDocument.Parse(_store.Read(), _policy);
        }
        catch (CredentialsException e) when (!e.Message.Contains(_path, StringComparison.Ordinal))
        {
            throw new CredentialsException($"{_path}: {e.Message}. Remedy: correct the file or put back a copy of it; the users before the change stay in force while the gateway runs.", e);
        }
    }

    private async Task<string> ChangeAsync(string? password, Action<List<Account>, PasswordHash> change, CancellationToken cancellation)
    {
        var secret = password ?? Draw();
        if (secret.Length < _policy.LeastPasswordLength || secret.Length > LongestPassword)
            throw new CredentialsException($"a password has {_policy.LeastPasswordLength} to {LongestPassword} characters.");
        var hash = PasswordHash.Of(secret, _policy.Iterations);

        using var held = await _store.LockAsync(cancellation);
        var accounts = Read().ToList();
        change(accounts, hash);
        Save(accounts);
        return secret;
    }

    private void Save(IReadOnlyList<Account> accounts)
    {
        _store.Write(CredentialsDocument.Write(accounts));
        IsNew(_store.Stamp());
        Take(accounts);
    }

    private bool IsNew((DateTime, long) stamp)
    {
        lock (_reload)
        {
            var isNew = stamp != _seen;
            _seen = stamp;
            return isNew;
        }
    }

    /// <summary>Runs on the timer: notices edits, and computes at most one missing hash at a time.</summary>
    private void Look()
    {
        if (Interlocked.Exchange(ref _looking, 1) == 1) return;
        try
        {
            if (IsNew(_store.Stamp()))
            {
                Take(Read());
                LogReloaded(_log, _path, _accounts.Count);
            }
            else if (++_looks % LooksBetweenHashes == 0)
            {
                HashOne();
            }
        }
        catch (CredentialsException e)
        {
            _problem = e.Message;
            LogRefused(_log, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problem = e.Message;
            LogRefused(_log, e.Message);
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    /// <summary>
    /// Gives the first account that needs it the hash of its plain password. An account whose password was edited while the
    /// gateway was off may still carry the hash of the old one, so a hash that stands there already is checked once as well.
    /// </summary>
    private void HashOne()
    {
        var accounts = _accounts;
        _hashed.IntersectWith(accounts.Values);
        if (accounts.Values.FirstOrDefault(a => a.Password is not null && !_hashed.Contains(a)) is not { } due) return;
        if (due.Hash is not null && due.Hash.Fits(due.Password!))
        {
            _hashed.Add(due);
            return;
        }

        var hash = PasswordHash.Of(due.Password!, _policy.Iterations);
        using var held = _store.TryLock();
        if (held is null) return;
        Save([.. Read().Select(a => a.User.Name == due.User.Name && a.Password == due.Password ? a with { Hash = hash } : a)]);
        if (_accounts.GetValueOrDefault(due.User.Name) is { } done && done.Hash == hash) _hashed.Add(done);
    }

    /// <summary>Puts a list in force and tells who changed.</summary>
    private void Take(IReadOnlyList<Account> read)
    {
        List<string> changed;
        lock (_reload)
        {
            var before = _accounts;
            var after = read.Select(a => Merge(before.GetValueOrDefault(a.User.Name), a)).ToFrozenDictionary(a => a.User.Name, StringComparer.Ordinal);
            changed = [.. before.Keys.Union(after.Keys).Where(n => !ReferenceEquals(before.GetValueOrDefault(n)?.User, after.GetValueOrDefault(n)?.User))];

            _accounts = after;
            _problem = null;
            foreach (var name in changed) _proven.TryRemove(name, out _);
            foreach (var account in after.Values.Where(a => a.Password is not null))
                _proven[account.User.Name] = Digest(account.User.Name, account.Password!);
        }

        foreach (var name in changed) Changed?.Invoke(name);
    }

    /// <summary>An account that says the same as before stays the same object, so that nobody is told of a change that is none.</summary>
    private static Account Merge(Account? before, Account read)
    {
        if (before is null) return read;
        var sameSecret = before.HasSameSecretAs(read);
        var user = before.User;
        if (sameSecret && user.Role == read.User.Role && user.Vendor == read.User.Vendor && user.Until == read.User.Until && user.Device == read.User.Device
            && user.Rooms.SequenceEqual(read.User.Rooms))
            return before.Password == read.Password && before.Hash?.ToString() == read.Hash?.ToString() ? before : read with { User = user };
        return read with { User = read.User with { Generation = user.Generation + (sameSecret ? 0 : 1) } };
    }
}
