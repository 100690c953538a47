using AvGateway.Operations.Durable;
using AvGateway.Store.Backup;
using AvGateway.Store.Engines;
using AvGateway.Store.Files;
using AvGateway.Store.Postgres;
using AvGateway.Store.Sqlite;
using Microsoft.Extensions.Logging;

namespace AvGateway.Store;

/// <summary>Takes the lock, opens the engine, and puts what is wrong into words that name the remedy.</summary>
internal sealed class StoreOpening(StoreOptions options, TimeProvider time, ILogger logger)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public GatewayStore Open()
    {
        StoreLock? held = null;
        try
        {
            CreateDirectory();
            var ballast = new Ballast(options.DataDirectory, options.Postgres is null ? options.BallastBytes : 0);
            held = TakeLock(ballast);
            var engine = OpenEngine(ballast);
            var hasRoom = ballast.TryTake();
            var health = new StoreHealth(hasRoom ? StoreCondition.Ok : StoreCondition.Full, hasRoom ? "" : "there is no room for the reserve", time.GetUtcNow());
            return new(options, engine, held, ballast, health, time, logger);
        }
        catch (StoreCorruptException damaged)
        {
            held?.Dispose();
            throw WithRemedy(damaged);
        }
        catch (Exception failed) when (failed is not StoreInUseException && FailureOf(failed) is not null)
        {
            held?.Dispose();
            throw new StoreUnavailableException($"{options.DataDirectory} cannot be opened: {FailureOf(failed)!.Reason}", failed);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    private static StoreFailure? FailureOf(Exception exception) => SqliteFailures.Of(exception) ?? PostgresFailures.Of(exception);

    private void CreateDirectory()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(options.DataDirectory);
        else Directory.CreateDirectory(options.DataDirectory, Private);
    }

    // On a disk without a free byte not even the lock's file can be made before the reserve is given back.
    private StoreLock TakeLock(Ballast ballast)
    {
        try
        {
            return StoreLock.Take(options.DataDirectory);
        }
        catch (IOException full) when (SqliteFailures.Of(full) is { Condition: StoreCondition.Full })
        {
            ballast.Free();
            return StoreLock.Take(options.DataDirectory);
        }
    }

    private IStoreEngine OpenEngine(Ballast ballast)
    {
        if (options.Postgres is { } address) return PostgresEngine.Open(options, address, logger);
        try
        {
            return SqliteEngine.Open(options, logger);
        }
        catch (Exception full) when (SqliteFailures.Of(full) is { Condition: StoreCondition.Full })
        {
            ballast.Free();
            return SqliteEngine.Open(options, logger);
        }
    }

    private StoreCorruptException WithRemedy(StoreCorruptException damaged)
    {
        if (options.Postgres is not null)
        {
            const string server = "restore the server's schema from its own backup";
            return new($"{damaged.Message}. Nothing was changed; {server}", damaged) { File = damaged.File, Finding = damaged.Finding, Remedy = server };
        }

        var snapshot = Snapshots.FindNewest(Path.Combine(options.DataDirectory, Snapshots.FolderName));
        var remedy = snapshot is null
            ? $"restore a snapshot with: avgateway restore --data {options.DataDirectory} --from FOLDER"
            : $"restore the last good snapshot, of {snapshot.Manifest.At}, with: avgateway restore --data {options.DataDirectory} --from {snapshot.Folder}";
        return new($"{damaged.Message}. Nothing was changed; {remedy}", damaged) { File = damaged.File, Finding = damaged.Finding, Remedy = remedy };
    }
}
