using Dapper;
using Microsoft.Data.Sqlite;

namespace AvGateway.Store.Sqlite;

/// <summary>
/// Copies the logs into their databases on a thread and on connections of its own. Inside a commit, where SQLite does it by default, it makes one
/// command in two hundred wait for a thousand pages; beside it, only the last few pages are left for the writer.
/// </summary>
internal sealed class Checkpointer : IDisposable
{
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    private readonly SqliteConnection[] _connections;
    private readonly AutoResetEvent _asked = new(initialState: false);
    private readonly Thread _thread;
    private volatile bool _isClosing;

    public Checkpointer(SqliteFiles files)
    {
        _connections = [SqliteConnections.OpenWriter(files.State), SqliteConnections.OpenWriter(files.Journal)];
        _thread = new(Run) { IsBackground = true, Name = "store checkpoints" };
        _thread.Start();
    }

    public void Ask() => _asked.Set();

    public void Dispose()
    {
        if (_isClosing) return;
        _isClosing = true;
        _asked.Set();

        // A disk that hangs keeps the thread; its connections then live until the process ends, and the logs are recovered at the next start.
        if (!_thread.Join(CloseLimit)) return;
        foreach (var connection in _connections) connection.Dispose();
        _asked.Dispose();
    }

    private void Run()
    {
        while (_asked.WaitOne() && !_isClosing)
        {
            foreach (var connection in _connections)
            {
                try
                {
                    connection.Execute("PRAGMA wal_checkpoint(PASSIVE)");
                }
                catch (SqliteException)
                {
                    // Nothing is lost: the log keeps what was not copied, and a disk that fails here fails the writer's own commits, which tell.
                }
            }
        }
    }
}
