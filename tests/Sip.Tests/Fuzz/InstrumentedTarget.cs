using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using SharpFuzz;
using SharpFuzz.Common;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>One target with a map of the branches that it takes: the transports are instrumented as a copy and loaded beside the real ones.</summary>
internal sealed unsafe class InstrumentedTarget : IDisposable
{
    private const int MapSize = 1 << 16;
    private const string Instrumented = "AvGateway.Drivers.Transports";

    private readonly string _folder = ForeignProgram.Directory();
    private readonly byte* _map = (byte*)NativeMemory.AllocZeroed(MapSize);
    private readonly byte[] _seen = new byte[MapSize];
    private readonly Action<byte[]> _run;

    public InstrumentedTarget(string method)
    {
        var copy = Path.Combine(_folder, Instrumented + ".dll");
        File.Copy(Path.Combine(AppContext.BaseDirectory, Instrumented + ".dll"), copy);
        Fuzzer.Instrument(copy, name => name.StartsWith("AvGateway.Drivers.Transports.Sip.", StringComparison.Ordinal), Options.Value);
        Trace.SharedMem = _map;
        var context = new Beside(_folder);
        var tests = context.LoadFromAssemblyPath(typeof(FuzzTargets).Assembly.Location);
        var target = tests.GetType(typeof(FuzzTargets).FullName!)!.GetMethod(method, BindingFlags.Public | BindingFlags.Static)!;
        _run = target.CreateDelegate<Action<byte[]>>();
    }

    /// <summary>Branches seen so far, each with how often it was taken in one run, in steps of two.</summary>
    public int Branches { get; private set; }

    /// <summary>Runs once; true when it went where no run before had gone.</summary>
    public bool Run(byte[] octets)
    {
        new Span<byte>(_map, MapSize).Clear();
        Trace.PrevLocation = 0;
        _run(octets);
        return TakeNew();
    }

    public void Dispose()
    {
        // The map stays: the instrumented copy may still be run by a finaliser of its own.
        Directory.Delete(_folder, true);
    }

    private bool TakeNew()
    {
        var isNew = false;
        var words = new ReadOnlySpan<ulong>(_map, MapSize / 8);
        for (var w = 0; w < words.Length; w++)
        {
            if (words[w] == 0) continue;
            for (var i = w * 8; i < (w * 8) + 8; i++)
            {
                if (_map[i] == 0) continue;
                var bucket = (byte)(1 << System.Numerics.BitOperations.Log2(_map[i]));
                if ((_seen[i] & bucket) != 0) continue;
                _seen[i] |= bucket;
                Branches++;
                isNew = true;
            }
        }

        return isNew;
    }

    private sealed class Beside(string folder) : AssemblyLoadContext("instrumented", isCollectible: false)
    {
        protected override Assembly? Load(AssemblyName name) =>
            name.Name == Instrumented ? LoadFromAssemblyPath(Path.Combine(folder, Instrumented + ".dll")) : null;
    }
}
