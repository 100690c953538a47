using System.Diagnostics.CodeAnalysis;

namespace AvGateway.Operations.Access;

/// <summary>A user together with what proves it, as it stands in the file.</summary>
/// <param name="Password">In plain, until the administrator takes it out; where it stands it is the truth and the hash follows it.</param>
/// <param name="Hash">Null until it was computed; then enough by itself.</param>
internal sealed record Account(User User, string? Password, PasswordHash? Hash)
{
    /// <summary>
    /// Whether the same password opens both. A hash that was added beside the plain word, or a plain word that was taken
    /// out, changes nothing for those who are signed in.
    /// </summary>
    public bool HasSameSecretAs(Account other) =>
        (Password is not null && Password == other.Password)
        || ((Password is null || other.Password is null) && Hash is not null && Hash.ToString() == other.Hash?.ToString());

    [ExcludeFromCodeCoverage]
    public override string ToString() => $"{User.Name} (***)";
}

/// <summary>The credentials cannot be used; the message names every finding and what to do about it.</summary>
public sealed class CredentialsException(string message, Exception? inner = null) : Exception(message, inner);
