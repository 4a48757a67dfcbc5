using Hpc.Accounts.Data;

namespace Hpc.Accounts.KeyValue;

/// <summary>Keeps others away from the file, which is renamed now and then and cannot be locked itself.</summary>
internal static class JournalLock
{
    public static FileStream Take(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new FileStream(path + ".lock", options);
        }
        catch (IOException exception) when (File.Exists(path + ".lock"))
        {
            throw new DataProviderException($"'{path}' is in use by another process. One server has a key-value provider at a time; use its REST API, or stop it.", exception);
        }
    }
}
