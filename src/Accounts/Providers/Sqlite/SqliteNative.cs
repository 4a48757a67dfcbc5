using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Hpc.Accounts.Sqlite;

/// <summary>Chooses the SQLite library: the system's, which gets security updates, or else the one that comes with the package.</summary>
internal static class SqliteNative
{
    private const string ImportName = "e_sqlite3";
    private const string SystemLibrary = "libsqlite3.so.0";

    private static readonly Lazy<string> Version = new(Load);

    /// <summary>Loads the library once, before anything else of SQLite is called, and returns its version.</summary>
    public static string Initialize() => Version.Value;

    private static string Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return raw.sqlite3_libversion().utf8_to_string();
    }

    // Zero leaves the search to the runtime, which finds the bundled library.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == ImportName && NativeLibrary.TryLoad(SystemLibrary, out nint library) ? library : 0;
}
