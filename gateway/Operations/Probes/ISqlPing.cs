using AvGateway.Links;

namespace AvGateway.Operations.Probes;

/// <summary>One question to a database. Whoever owns the databases' libraries answers it: a probe knows neither.</summary>
public interface ISqlPing
{
    /// <summary>The schemes that it can open, for example <c>postgres</c>.</summary>
    IReadOnlyCollection<string> Schemes { get; }

    /// <summary>Opens, asks, closes. The connection is never kept: a pooled one would hide a server that takes no new ones.</summary>
    /// <returns>The first column of the first row as text; null without a row.</returns>
    /// <exception cref="SqlPingException">The database was reached and refuses.</exception>
    /// <exception cref="IOException">It was not reached.</exception>
    Task<string?> AskAsync(LinkAddress database, Secret? secret, string question, CancellationToken late);
}

/// <summary>A database was reached and refuses: by its password, or the question itself.</summary>
public sealed class SqlPingException(string message, bool isAccess, Exception inner) : Exception(message, inner)
{
    /// <summary>It is the user or the secret that is refused, which says nothing about the database.</summary>
    public bool IsAccess { get; } = isAccess;
}
