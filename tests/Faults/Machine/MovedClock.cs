using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace AvGateway.Faults.Machine;

/// <summary>
/// The wall clock of a child process, moved by a preloaded library. Its monotonic clocks stay true, as they do when an administrator sets the
/// time. Our own library, since libfaketime reads its settings anew in every thread at once into one buffer.
/// </summary>
public sealed class MovedClock : IDisposable
{
    private readonly string _library;
    private readonly string _offset;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private MovedClock(string library, string offset)
    {
        (_library, _offset) = (library, offset);
        _file = MemoryMappedFile.CreateFromFile(offset, FileMode.Create, null, sizeof(long));
        _view = _file.CreateViewAccessor();
    }

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["LD_PRELOAD"] = _library, ["AVGW_MOVED_CLOCK"] = _offset };

    /// <summary>Builds the library into a folder with the compiler of this machine.</summary>
    /// <exception cref="InvalidOperationException">There is no C compiler, or it refuses.</exception>
    public static async Task<MovedClock> BuildAsync(string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var library = Path.Combine(folder, "moved-clock.so");
        var start = new ProcessStartInfo("cc", ["-std=gnu11", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, "-x", "c", "-", "-ldl"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using var compiler = Process.Start(start)!;
        await using (var source = typeof(MovedClock).Assembly.GetManifestResourceStream("moved-clock.c")!)
            await source.CopyToAsync(compiler.StandardInput.BaseStream, cancellation);
        compiler.StandardInput.Close();
        var told = await compiler.StandardError.ReadToEndAsync(cancellation);
        await compiler.WaitForExitAsync(cancellation);
        return compiler.ExitCode == 0
            ? new(library, Path.Combine(folder, "offset"))
            : throw new InvalidOperationException($"{told}\non Debian: sudo apt-get install gcc libc6-dev");
    }

    /// <summary>Sets how far the clock is from the true time, in whole seconds; at once for every thread of the child.</summary>
    public void Set(TimeSpan offset) => _view.Write(0, (long)offset.TotalSeconds);

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
