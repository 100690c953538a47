using System.Runtime.InteropServices;

namespace AvGateway.LineWatch.Capture;

/// <summary>Whether libpcap could be loaded on this machine, by the names under which distributions ship it.</summary>
public static class CaptureLibrary
{
    private static readonly string[] Names = ["libpcap.so.0.8", "libpcap.so.1", "libpcap.so"];

    public static bool IsThere
    {
        get
        {
            foreach (var name in Names)
            {
                if (!NativeLibrary.TryLoad(name, out var library)) continue;
                NativeLibrary.Free(library);
                return true;
            }

            return false;
        }
    }
}
