using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>When objects were added and changed; a dump brings its own.</summary>
internal static class ObjectTimes
{
    public static long Created<T>(long given, long? stored, ObjectEdit<T> edit)
        where T : class, IAccountObject => edit.IsRestore && given > 0 ? given : stored ?? edit.Now;

    public static long Updated<T>(long given, ObjectEdit<T> edit)
        where T : class, IAccountObject => edit.IsRestore && given > 0 ? given : edit.Now;
}
