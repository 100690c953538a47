using System.Globalization;
using System.Text;

namespace AvGateway.Faults.PowerLoss;

/// <summary>
/// Reads what <c>strace -f -y -xx</c> wrote. A call that was interrupted by another thread's stands in two lines; it takes effect with its
/// second one, but what was told to the outside counts from the first, which is the stricter reading of both.
/// </summary>
public sealed class SystemCallLog(string folder)
{
    /// <summary>The calls to trace.</summary>
    public const string Traced = "trace=openat,creat,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,ftruncate,fallocate,rename,renameat,renameat2,unlink,unlinkat";

    private const string Unfinished = " <unfinished ...>";
    private const string Resumed = " resumed>";

    private readonly Dictionary<int, string> _begun = [];
    private readonly HashSet<string> _names = [];

    /// <exception cref="InvalidDataException">A call that this reader does not know touched the folder: states built without it would be wrong.</exception>
    public IEnumerable<SystemCall> Read(string path)
    {
        foreach (var line in File.ReadLines(path, Encoding.Latin1))
        {
            if (line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries) is not [var number, var text] || !int.TryParse(number, CultureInfo.InvariantCulture, out var thread)) continue;
            foreach (var call in ReadLine(thread, text.TrimStart())) yield return call;
        }
    }

    private IEnumerable<SystemCall> ReadLine(int thread, string text)
    {
        if (text.EndsWith(Unfinished, StringComparison.Ordinal))
        {
            text = text[..^Unfinished.Length];
            _begun[thread] = text;
            return Begin(thread, text + ")");
        }

        if (!text.StartsWith("<... ", StringComparison.Ordinal)) return [.. Begin(thread, text), .. End(thread, text)];
        var rest = text[(text.IndexOf(Resumed, StringComparison.Ordinal) + Resumed.Length)..];
        return _begun.Remove(thread, out var begun) ? End(thread, begun + rest) : [];
    }

    private IEnumerable<SystemCall> Begin(int thread, string text)
    {
        var (name, arguments, _) = Split(text);
        if (name is "fsync" or "fdatasync" && IsOurs(PathOf(arguments[0]))) yield return new(CallKind.SyncBegins, PathOf(arguments[0])) { Thread = thread };
        if (name is not "write" || !PathOf(arguments[0]).StartsWith("pipe:", StringComparison.Ordinal)) yield break;

        // The runtime writes to a copy of its standard output, so that the number tells nothing; its own pipes carry no lines.
        if (Unescape(arguments[1]) is [.., (byte)'\n'] line) yield return new(CallKind.Told, "") { Bytes = line };
    }

    private IEnumerable<SystemCall> End(int thread, string text)
    {
        var (name, arguments, result) = Split(text);
        if (name.Length == 0 || result.StartsWith('-') || result.StartsWith('?')) return [];
        switch (name)
        {
            case "fsync" or "fdatasync" when IsOurs(PathOf(arguments[0])):
                return [new(CallKind.SyncEnds, PathOf(arguments[0])) { Thread = thread }];
            case "openat" when IsOurs(PathOf(result)) && arguments[2].Contains("O_CREAT", StringComparison.Ordinal):
                return Open(PathOf(result), arguments[2]);
            case "pwrite64" when IsOurs(PathOf(arguments[0])):
                return [new(CallKind.Write, PathOf(arguments[0])) { Bytes = Unescape(arguments[1])[..(int)Number(result)], Offset = Number(arguments[3]) }];
            case "ftruncate" when IsOurs(PathOf(arguments[0])):
                return [new(CallKind.Truncate, PathOf(arguments[0])) { Offset = Number(arguments[1]) }];
            case "rename" when IsOurs(Text(arguments[0])):
                _names.Remove(Text(arguments[0]));
                _names.Add(Text(arguments[1]));
                return [new(CallKind.Rename, Text(arguments[0])) { To = Text(arguments[1]) }];
            case "unlink" when IsOurs(Text(arguments[0])):
                _names.Remove(Text(arguments[0]));
                return [new(CallKind.Unlink, Text(arguments[0]))];
            case "openat" or "unlinkat" or "renameat" or "renameat2" or "write" or "rename" or "unlink" or "fsync" or "fdatasync" or "pwrite64" or "ftruncate"
                when !arguments.Take(1).Any(a => a.Contains('<', StringComparison.Ordinal) && IsOurs(PathOf(a))) || name is "openat":
                return [];
            default:
                return arguments.Any(a => a.Contains('<', StringComparison.Ordinal) && IsOurs(PathOf(a)))
                    ? throw new InvalidDataException($"{name} on {folder} is not understood: {text[..Math.Min(text.Length, 200)]}")
                    : [];
        }
    }

    private IEnumerable<SystemCall> Open(string path, string flags)
    {
        if (_names.Add(path)) yield return new(CallKind.Create, path);
        else if (flags.Contains("O_TRUNC", StringComparison.Ordinal)) yield return new(CallKind.Truncate, path);
    }

    // Shared memory of the write-ahead log is rebuilt by whoever opens it first and holds nothing that lasts.
    private bool IsOurs(string path) => (path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal)) && !path.EndsWith("-shm", StringComparison.Ordinal);

    private static (string Name, string[] Arguments, string Result) Split(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var close = text.LastIndexOf(')');

        // The words behind an error number stand in brackets of their own.
        var equals = text.LastIndexOf(" = ", StringComparison.Ordinal);
        if (equals >= 0) close = text.LastIndexOf(')', equals);
        if (open <= 0 || close < open) return ("", [], "");
        var result = equals >= 0 ? text[(equals + 3)..] : "?";
        return (text[..open], text[(open + 1)..close].Split(", "), result);
    }

    private static string PathOf(string descriptor) =>
        descriptor.IndexOf('<', StringComparison.Ordinal) is var at and >= 0 && descriptor.LastIndexOf('>') is var end && end > at
            ? Encoding.UTF8.GetString(Unescape(descriptor[(at + 1)..end]))
            : "";

    private static string Text(string argument) => Encoding.UTF8.GetString(Unescape(argument));

    private static long Number(string text) => long.Parse(text.Split('<')[0], CultureInfo.InvariantCulture);

    private static byte[] Unescape(string text)
    {
        var inner = text.AsSpan().Trim('"');
        if (!inner.Contains('\\')) return Encoding.UTF8.GetBytes(inner.ToString());
        var bytes = new byte[inner.Length / 4];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = byte.Parse(inner.Slice(i * 4 + 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return bytes;
    }
}
