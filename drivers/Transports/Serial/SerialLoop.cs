namespace AvGateway.Drivers.Transports.Serial;

/// <summary>The one thread that waits for all open ports. It starts with the first port and ends after the last.</summary>
/// <remarks>
/// Only this thread takes a descriptor out of use, so that no descriptor can be closed, and its number given to another file, while
/// somebody polls it. It runs none of the readers' code and never waits for anything but the system's poll.
/// </remarks>
internal sealed unsafe class SerialLoop
{
    private const int ReadSize = 4096;

    private readonly Lock _gate = new();
    private readonly List<LinuxSerialLink> _links = [];
    private int _bell = -1;

    /// <summary>False when the system gives no descriptor for the bell.</summary>
    public bool TryAdd(LinuxSerialLink link)
    {
        lock (_gate)
        {
            if (_bell < 0 && !TryStart()) return false;
            _links.Add(link);
            Ring();
            return true;
        }
    }

    /// <summary>Lets the thread look again at what each port wants.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (_bell >= 0) Ring();
        }
    }

    private bool TryStart()
    {
        _bell = Libc.EventDescriptor(0, Libc.NonBlocking | Libc.CloseOnExec);
        if (_bell < 0) return false;
        new Thread(Run) { IsBackground = true, Name = "serial ports" }.Start();
        return true;
    }

    private void Ring()
    {
        // A full counter (EAGAIN) rings as well.
        ulong one = 1;
        _ = Libc.Write(_bell, (byte*)&one, sizeof(ulong));
    }

    private void Run()
    {
        // One buffer serves all ports: what is read goes into the pipe of its link at once.
        var buffer = new byte[ReadSize];
        var entries = new Libc.PollEntry[8];
        var serving = new List<LinuxSerialLink>();
        while (TakeStock(serving))
        {
            if (entries.Length <= serving.Count) Array.Resize(ref entries, 2 * serving.Count);
            entries[0] = new() { Descriptor = _bell, Wanted = Libc.PollIn };
            for (var i = 0; i < serving.Count; i++)
                entries[i + 1] = new() { Descriptor = serving[i].Descriptor, Wanted = serving[i].Wanted };

            fixed (Libc.PollEntry* first = entries)
            {
                if (Libc.Poll(first, (nuint)serving.Count + 1, -1) < 0) continue;
            }

            if (entries[0].Happened != 0) Silence();
            for (var i = 0; i < serving.Count; i++)
            {
                if (entries[i + 1].Happened != 0) serving[i].Serve(entries[i + 1].Happened, buffer);
            }
        }
    }

    /// <summary>Lets go of the links that have ended; false when none is left and the thread may go.</summary>
    private bool TakeStock(List<LinuxSerialLink> serving)
    {
        List<LinuxSerialLink> ended;
        lock (_gate)
        {
            ended = _links.FindAll(link => link.IsOver);
            _links.RemoveAll(ended.Contains);
            serving.Clear();
            serving.AddRange(_links);
            if (_links.Count == 0)
            {
                _ = Libc.Close(_bell);
                _bell = -1;
            }
        }

        foreach (var link in ended) link.LetGo();
        return serving.Count > 0;
    }

    private void Silence()
    {
        ulong rung;
        _ = Libc.Read(_bell, (byte*)&rung, sizeof(ulong));
    }
}
