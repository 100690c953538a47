namespace AvGateway.Operations.Access;

/// <summary>What a user is to the court; what each may do stands in gateway/docs/mqtt.md and in <see cref="Rights"/>.</summary>
public enum Role { Panel, Judge, Clerk, Engineer, Scheduler, Vendor, Auditor, Admin }

/// <summary>Somebody who may connect.</summary>
/// <param name="Name">Also the caller id in topics: <c>a-z 0-9 -</c>, at most 40.</param>
/// <param name="Rooms">The rooms of a panel, judge or clerk; empty for the others, who are not bound to rooms.</param>
/// <param name="Vendor">The vendor id of a <see cref="Role.Vendor"/>.</param>
public sealed record User(string Name, Role Role, IReadOnlyList<string> Rooms, string? Vendor = null)
{
    /// <summary>When the account ends by itself (a vendor's visit); null: never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The thing that holds this account's secret, in a person's words ("tablet at the bench"); null: a person, or a program, has a password.</summary>
    public string? Device { get; init; }

    /// <summary>Counts the passwords that this account has had since the program started: whoever signed in with an older one must go.</summary>
    public int Generation { get; init; }
}

/// <summary>Why a sign-in failed. Told to nobody but the journal: outside all are one refusal.</summary>
public enum SignIn { Accepted, UnknownUser, WrongPassword, LockedOut, Ended }

/// <summary>The users of this gateway. Safe from any thread.</summary>
public interface IUserDirectory
{
    IReadOnlyCollection<User> Users { get; }
    User? Find(string name);

    /// <summary>Checks a password; locks an account and an address out after repeated failures.</summary>
    SignIn Authenticate(string name, string password, string address);

    /// <summary>
    /// The same for callers that serve many: waits its turn where checking costs much processor time, so that a burst of
    /// sign-ins, honest or not, leaves the processor to the court.
    /// </summary>
    ValueTask<SignIn> AuthenticateAsync(string name, string password, string address, CancellationToken cancellation) =>
        new(Authenticate(name, password, address));

    /// <summary>Raised with the name after a user was added, changed or removed: live sessions must be looked at again.</summary>
    event Action<string>? Changed;
}
